"""Services in the browser: their page, adding one, editing one."""

from catalog.models import API, Service
from tests.catalog.web.elements import Elements
from tests.catalog.web.test_api_pages import HOSTILE, harmless
from tests.factories.catalog import make_api, make_domain, make_service


def values(cast, **others):
    return {"title": "Ledger", "owner": cast.team.slug, "visibility": "internal", "kind": "monolith", **others}


def test_it_shows_what_a_service_provides_consumes_and_needs(cast):
    make_api("payments", owner=cast.team, title="Payments API")
    make_api("secret", owner=cast.team, title="Secret API", visibility="private")
    make_service("core", owner=cast.team, title="Core banking")
    make_service(
        "ledger",
        owner=cast.team,
        title="Ledger",
        provides=["payments", "secret"],
        consumes=["payments"],
        depends_on=["core"],
        docs="# Runbook",
        links=[{"title": "Dashboard", "url": "https://d.example.com"}],
        tags=["java"],
    )

    seen = cast.client("stranger").get("/services/ledger/").content.decode()
    own = cast.client("member").get("/services/ledger/").content.decode()
    needed = cast.client("stranger").get("/services/core/").content.decode()

    for words in ("Payments API", "Core banking", "Documentation", "Dashboard", "java", "Microservice"):
        assert words in seen
    assert "Secret API" not in seen
    assert "Secret API" in own
    assert "Needed by" in needed


def test_it_says_nothing_twice(cast):
    make_service("core", owner=cast.team, title="core")
    make_service("ledger", owner=cast.team, description="Keeps the books.", depends_on=["core"])

    page = cast.client("stranger").get("/services/ledger/").content.decode()

    assert page.count("Keeps the books.") == 1
    assert page.count(">core<") == 1


def test_it_adds_a_service(cast):
    make_api("payments", owner=cast.team)
    form = values(cast, name="ledger", lifecycle="published", provides=["payments"], tags="Java, core")

    answer = cast.client("member").post("/add-service/", form)

    service = Service.objects.get(slug="ledger")
    assert (answer.status_code, answer["Location"]) == (303, "/services/ledger/")
    assert (service.title, service.kind, service.owner_id) == ("Ledger", "monolith", cast.team.pk)
    assert list(service.provides.values_list("slug", flat=True)) == ["payments"]
    assert sorted(service.tags.values_list("name", flat=True)) == ["core", "java"]


def test_it_says_at_the_field_what_is_wrong(cast):
    make_service("taken", owner=cast.team)
    client = cast.client("member")

    def errors(**others):
        answer = client.post("/add-service/", values(cast, lifecycle="published", **others))
        assert answer.status_code == 422
        page = Elements(answer.content)
        return page.texts("field-error") + page.texts("notice-title")

    assert errors(name="Not A Slug")[0].startswith("Use lower-case letters")
    assert errors(name="taken") == ["The name taken is taken."]
    assert errors(name="ledger", provides=["none"]) == ["There is no API “none”."]
    assert errors(name="ledger", links="ftp://x Files")[0].startswith("“ftp://x” is not an address")


def test_it_finds_entries_to_name_with_and_without_scripts(cast):
    make_api("payments", owner=cast.team, title="Payments")
    make_api("secret", owner=cast.team, title="Secret payments", visibility="private")
    client = cast.client("stranger")
    part = client.get("/choices/?kind=api&field=provides&find_provides=pay")
    form = values(cast, name="mine", owner="lending", find="provides", find_provides="pay", lifecycle="published")

    whole = client.post("/add-service/", form)

    assert b"payments" in part.content
    assert b"ecret" not in part.content
    assert whole.status_code == 200
    assert b'name="provides" value="payments"' in whole.content
    assert b"ecret" not in whole.content
    assert b'value="Ledger"' in whole.content
    assert not Service.objects.exists()
    assert client.get("/choices/?kind=team&field=provides").status_code == 400
    odd = {**form, "find_provides": "a\0", "provides": ["b\0", "No Slug"]}
    assert client.post("/add-service/", odd).status_code == 200


def test_it_edits_a_service_and_keeps_what_the_reader_may_not_see(cast):
    make_domain("cards")
    make_api("payments", owner=cast.team)
    make_api("theirs", owner=cast.other_team, visibility="private")
    make_service("ledger", owner=cast.team, provides=["payments", "theirs"])
    client = cast.client("member")

    shown = client.get("/services/ledger/edit/").content
    answer = client.post("/services/ledger/edit/", values(cast, domain="cards", lifecycle="deprecated"))

    service = Service.objects.get(slug="ledger")
    assert b"theirs" not in shown
    assert answer.status_code == 303
    assert (service.kind, service.lifecycle, service.domain.slug) == ("monolith", "deprecated", "cards")
    assert list(service.provides.values_list("slug", flat=True)) == ["theirs"]


def test_it_edits_what_is_said_about_an_api(cast):
    make_api("payments", owner=cast.team)
    make_service("ledger", owner=cast.team)
    client = cast.client("member")
    form = {
        "title": "Payments",
        "description": "Moves money.",
        "owner": cast.team.slug,
        "visibility": "private",
        "tags": "money",
        "links": "https://git.example.com/x The repository",
        "provided_by": ["ledger"],
    }

    answer = client.post("/apis/payments/edit/", form)

    api = API.objects.get(slug="payments")
    assert (answer.status_code, answer["Location"]) == (303, "/apis/payments/")
    assert (api.title, api.description, api.visibility) == ("Payments", "Moves money.", "private")
    assert list(api.links.values_list("title", "url")) == [("The repository", "https://git.example.com/x")]
    assert list(api.provided_by.values_list("slug", flat=True)) == ["ledger"]


def test_it_transfers_only_by_maintainers(cast):
    make_service("ledger", owner=cast.team)

    refused = cast.client("member").post("/services/ledger/edit/", values(cast, owner="lending", lifecycle="published"))
    done = cast.client("administrator").post(
        "/services/ledger/edit/", values(cast, owner="lending", lifecycle="published")
    )

    assert (refused.status_code, done.status_code) == (422, 303)
    assert Service.objects.get().owner_id == cast.other_team.pk


def test_it_renders_a_hostile_service_harmless(cast):
    make_service("ledger", owner=cast.team, title=HOSTILE, description=HOSTILE, docs=HOSTILE)
    client = cast.client("member")

    for path in ("/services/ledger/", "/services/ledger/edit/", "/services/ledger/docs/documentation/"):
        assert harmless(client.get(path).content), path
