"""Adding and changing a source in a form that its connector declares, and trying the connection."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Environment
from common.secrets import unseal
from discovery.models import Run, Source, SourceUpload
from tests.catalog.web.elements import Elements
from tests.clusters import TOKEN, Cluster, serving
from tests.factories.catalog import make_environment
from tests.factories.discovery import make_source, stored_file
from tests.personas import Cast

NEW = "/discovery/add-source/?kind=shelf"
EDIT = "/discovery/sources/prod-eu-1/edit/"
SECRET = "hunter-2-of-the-token"


def values(**others: Any) -> dict[str, Any]:
    common = {
        "environment": "production",
        "owner": "payments",
        "schedule": "900",
        "loss_percent": "30",
        "loss_at_least": "10",
        "grace_days": "7",
        "configuration.cluster": "eu-1",
    }
    return {**common, **others}


def new_values(**others: Any) -> dict[str, Any]:
    return values(**{"name": "prod-eu-1", **others})


def file(text: str = "ledger cards") -> SimpleUploadedFile:
    return SimpleUploadedFile("shelf.txt", text.encode())


def errors(page: Elements) -> list[str]:
    return page.texts("field-error")


def tag(page: Elements, name: str) -> dict[str, str]:
    """The attributes of the control of that name."""
    [found] = [attributes for _tag, attributes in page.tags if attributes.get("name") == name]
    return found


@pytest.fixture
def client(cast: Cast, shelf: None, settings: Any) -> Client:
    settings.PORTICO_SOURCES_ROOT = None
    make_environment("production")
    return cast.client("administrator")


@pytest.fixture
def source(client: Client) -> Source:
    fields = {**new_values(), "configuration.token": SECRET, "configuration.upload": file()}
    assert client.post(NEW, fields).status_code == 303
    return Source.objects.get()


def test_it_first_asks_for_the_kind(client: Client):
    page = Elements(client.get("/discovery/add-source/").content)

    assert "Shelf What a file lists" in page.texts("lines")[0]
    assert "?kind=shelf" in page.links()
    unknown = client.get("/discovery/add-source/?kind=mainframe")
    assert unknown.status_code == 422
    assert "There is no such kind of source" in Elements(unknown.content).texts("notice-title")


def test_it_says_where_to_make_an_environment_first(client: Client):
    Environment.objects.all().delete()

    page = Elements(client.get(NEW).content)

    assert "There is no environment yet" in page.texts("nothing")[0]
    assert "/administration/environments/add/" in page.links()


def test_it_asks_for_each_parameter_in_its_kind(client: Client):
    html = client.get(NEW).content.decode()
    page = Elements(html)

    kinds = {"cluster": "text", "token": "password", "limit": "number", "deep": "checkbox", "upload": "file"}
    for name, kind in kinds.items():
        assert tag(page, f"configuration.{name}")["type"] == kind
    names = [(one, attributes.get("name", "")) for one, attributes in page.tags]
    assert {("textarea", "configuration.names"), ("select", "configuration.style")} <= set(names)
    assert tag(page, "configuration.limit")["value"] == "5"
    assert tag(page, "configuration.cluster")["maxlength"] == "20"
    assert "One a line." in html
    assert "No folder can be read here until the operator sets PORTICO_SOURCES_ROOT." in html
    assert 'enctype="multipart/form-data"' in html


def test_it_adds_a_source_and_its_first_run_is_on_its_way(client: Client):
    fields = {
        "configuration.token": SECRET,
        "configuration.names": "one\r\ntwo\r\n",
        "configuration.limit": "7",
        "configuration.deep": "on",
        "configuration.style": "fancy",
        "configuration.upload": file(),
        "schedule": "by-hand",
        "grace_days": "3",
    }

    answer = client.post(NEW, new_values(**fields))

    source = Source.objects.select_related("owner", "environment").get()
    assert (answer.status_code, answer["Location"]) == (303, "/discovery/sources/prod-eu-1/")
    assert (source.kind, source.owner.slug, source.environment.slug) == ("shelf", "payments", "production")
    assert (source.schedule_seconds, source.grace_seconds) == (None, 3 * 86400)
    assert source.configuration == {
        "cluster": "eu-1",
        "names": ["one", "two"],
        "limit": 7,
        "deep": True,
        "style": "fancy",
    }
    assert stored_file() == b"ledger cards"
    assert Run.objects.get().state == "queued"
    assert "Queued" in Elements(client.get(answer["Location"]).content).text_of("run-state")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "Prod EU"}, "Use lower-case letters"),
        ({"name": ""}, "This field is required"),
        ({"name": "taken"}, "The name taken is taken"),
        ({"configuration.cluster": ""}, "This field is required"),
        ({"configuration.limit": "11"}, "less than or equal to 10"),
        ({"configuration.style": "loud"}, "Select a valid choice"),
        ({"configuration.folder": "clusters"}, "No folder may be read here"),
        ({"configuration.upload": file("x" * 101)}, "The file has 101"),
        ({"environment": "moon"}, "Select a valid choice"),
        ({"schedule": "5"}, "Select a valid choice"),
        ({"loss_percent": "101"}, "Use a whole number from 0 to 100."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_it_says_what_is_wrong_beside_the_field_and_keeps_the_rest(client: Client, changes: dict, sentence: str):
    make_source("taken")

    answer = client.post(NEW, {**new_values(), **changes})

    page = Elements(answer.content)
    assert answer.status_code == 422
    assert any(sentence in said for said in (*errors(page), *page.texts("notice-title")))
    assert Source.objects.count() == 1
    if "loss_percent" in changes:
        [advanced] = [attributes for _tag, attributes in page.tags if attributes.get("id") == "advanced"]
        assert "open" in advanced


def test_secrets_are_never_shown_again(client: Client, source: Source):
    pages = [
        client.get(EDIT),
        client.get("/discovery/sources/prod-eu-1/"),
        client.post(EDIT, values(environment="moon", **{"configuration.token": SECRET})),
        client.post(EDIT, values(action="test", **{"configuration.token": SECRET})),
    ]

    assert all(SECRET not in page.content.decode() for page in pages)
    assert "Kept unless you type a new one." in pages[0].content.decode()


def test_what_is_not_given_again_stays(client: Client, source: Source):
    answer = client.post(EDIT, values(**{"configuration.cluster": "eu-2"}))

    before, source = source, Source.objects.get()
    assert answer.status_code == 303
    assert source.configuration["cluster"] == "eu-2"
    assert source.secrets == before.secrets
    assert stored_file() == b"ledger cards"


def test_a_new_secret_and_a_new_file_replace_what_was_kept(client: Client, source: Source, settings: Any):
    client.post(EDIT, values(**{"configuration.token": "new", "configuration.upload": file("vault")}))

    source.refresh_from_db()
    place = "discovery.source:prod-eu-1:token"
    assert unseal(source.secrets["token"], place=place, keys=settings.PORTICO_SECRETS_KEYS) == "new"
    assert stored_file() == b"vault"


def test_what_may_be_absent_can_be_dropped(client: Client, source: Source):
    page = Elements(client.get(EDIT).content)
    assert "There is shelf.txt, 12" in " ".join(page.texts("field-help"))
    assert tag(page, "drop.upload")["type"] == "checkbox"

    client.post(EDIT, values(**{"drop.upload": "on", "drop.token": "on"}))

    source.refresh_from_db()
    assert source.secrets == {}
    assert not SourceUpload.objects.exists()
    assert "drop.upload" not in client.get(EDIT).content.decode()


def test_a_schedule_and_a_grace_that_a_pipeline_set_stay(client: Client, source: Source):
    Source.objects.update(schedule_seconds=2700, grace_seconds=90_000)
    assert "Every 45 minutes" in client.get(EDIT).content.decode()

    client.post(EDIT, values(schedule="2700", grace_days="1", **{"configuration.cluster": "eu-3"}))

    source.refresh_from_db()
    assert (source.schedule_seconds, source.grace_seconds) == (2700, 90_000)
    assert source.configuration["cluster"] == "eu-3"


def test_the_name_cannot_be_changed(client: Client, source: Source):
    assert 'name="name"' not in client.get(EDIT).content.decode()

    client.post(EDIT, values(name="other"))

    assert Source.objects.get().name == "prod-eu-1"


def test_it_does_not_open_the_form_of_a_connector_that_is_gone(client: Client):
    make_source("prod-eu-1", kind="mainframe")

    answer = client.get(EDIT)

    assert (answer.status_code, answer["Location"]) == (303, "/discovery/sources/prod-eu-1/")


@pytest.mark.parametrize("is_htmx", [True, False], ids=["part", "page"])
def test_it_tries_the_connection_without_keeping_anything(client: Client, is_htmx: bool):
    headers = {"HX-Request": "true"} if is_htmx else {}

    answer = client.post(NEW, new_values(action="test", **{"configuration.upload": file()}), headers=headers)

    page = Elements(answer.content)
    assert answer.status_code == 200
    assert "The place answers 2 services." in page.texts("notice-good")[0]
    assert not Source.objects.exists()
    if is_htmx:
        assert b"<form" not in answer.content
    else:
        # A page cannot give secrets and files back; all else is as it was typed.
        assert "Type secrets and choose files again" in page.texts("notice-good")[0]
        assert tag(page, "name")["value"] == "prod-eu-1"
        assert tag(page, "configuration.cluster")["value"] == "eu-1"


def test_it_says_why_a_place_does_not_answer(client: Client):
    fields = new_values(action="test", **{"configuration.upload": file("refuse")})

    answer = client.post(NEW, fields, headers={"HX-Request": "true"})

    assert "This shelf is not for reading. Name another." in Elements(answer.content).texts("notice-bad")[0]


def test_it_tries_a_change_with_the_secret_and_the_file_that_are_kept(client: Client, source: Source):
    answer = client.post(EDIT, values(action="test"), headers={"HX-Request": "true"})

    said = Elements(answer.content).texts("notice-good")[0]
    assert f"2 services. The token has {len(SECRET)} characters." in said


def test_it_says_what_is_missing_before_it_tries(client: Client):
    fields = new_values(action="test", name="Prod EU", **{"configuration.cluster": ""})

    answer = client.post(NEW, fields, headers={"HX-Request": "true"})

    said = Elements(answer.content).texts("notice-bad")[0]
    assert answer.status_code == 422
    assert "Nothing was tried" in said
    assert re.search(r"Cluster ?: This field is required", said)


def test_it_escapes_what_others_wrote(client: Client, source: Source):
    evil = "<img src=x onerror=alert(1)>"
    SourceUpload.objects.update(name=evil)
    Source.objects.update(configuration={"cluster": evil})

    for answer in (client.get(EDIT), client.post(NEW, new_values(name=evil, action="test"))):
        assert b"<img" not in answer.content


def test_a_test_shows_which_rights_are_missing_and_the_manifest_to_copy(client: Client, settings: Any):
    settings.PORTICO_CONNECTORS = ("discovery.connectors.kubernetes.connector.Kubernetes",)
    with serving(Cluster()) as cluster:
        cluster.add_deployment("payments")
        cluster.forbid("deployments")
        place = {"server": cluster.server, "ca": cluster.ca, "token": TOKEN}
        fields = {f"configuration.{name}": value for name, value in place.items()}
        answer = client.post(
            "/discovery/add-source/?kind=kubernetes",
            values(name="prod-eu-1", action="test", **fields),
            headers={"HX-Request": "true"},
        )

    page = Elements(answer.content)
    assert "The place answers, but rights are missing" in page.texts("notice-title")
    [manifest] = page.texts("code")
    assert manifest.startswith("apiVersion")
    assert "portico-discovery" in manifest
    assert "To give it" not in manifest


def test_parameters_of_a_group_are_folded_until_one_of_them_says_something(client: Client, settings: Any):
    settings.PORTICO_CONNECTORS = ("discovery.connectors.kubernetes.connector.Kubernetes",)
    url, title = "/discovery/add-source/?kind=kubernetes", "Specifications of running services"

    def is_open(content: bytes) -> bool:
        before = content.decode().partition(title)[0]
        return before.rpartition("<details")[2].startswith(' class="disclosure" open')

    assert title in client.get(url).content.decode()
    assert not is_open(client.get(url).content)
    told = values(name="", **{"configuration.fetch_addresses": "on", "configuration.fetch_prefix": "/api"})
    assert is_open(client.post(url, told).content)
    told["configuration.fetch_prefix"] = ""
    assert not is_open(client.post(url, told).content)
