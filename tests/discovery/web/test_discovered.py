"""The page of a discovered service, correcting what is proposed for it, and the menu of its row."""

import pytest

from discovery.connectors.base import Endpoint, Exposure
from discovery.models import DiscoveredService, State, Verdict
from tests.catalog.web.elements import Elements
from tests.catalog.web.test_api_pages import HOSTILE, harmless
from tests.factories.catalog import make_api, make_domain, make_service
from tests.factories.discovery import make_discovered, make_observation, make_source, make_tombstone

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/discovery/inbox/?search=led"}


@pytest.fixture
def source(cast):
    return make_source("prod", owner=cast.team)


def url_of(row, tail: str = "") -> str:
    return f"/discovery/services/{row.pk}/{tail}"


def test_it_shows_everything_that_was_seen_and_why_each_value_is_proposed(cast, source):
    exposure = Exposure("internet", (Endpoint("pay.example.com", "/v1", tls=True, by="Ingress public"),))
    seen = make_observation("ledger", exposure=exposure, annotations={"portico.io/owner": "payments"})
    row = make_discovered(source, seen=seen, proposed_owner=cast.team, reasons={"owner": "annotation portico.io/owner"})

    page = cast.client("member").get(url_of(row)).content.decode()

    for words in (
        "pay.example.com/v1",
        "Ingress public",
        "8080",
        "Deployment",
        "app.kubernetes.io/name: ledger",
        "payments/ledger.yaml",
        "annotation portico.io/owner",
        "Service/payments/ledger",
    ):
        assert words in page


def test_it_links_the_source_for_those_who_see_it(cast, source):
    row = make_discovered(source, proposed_owner=cast.other_team)

    links = {name: Elements(cast.client(name).get(url_of(row)).content).links() for name in ("member", "stranger")}

    assert "/discovery/sources/prod/" in links["member"]
    assert "/discovery/sources/prod/" not in links["stranger"]


def test_it_tells_each_decision_with_who_and_when_and_lifts_those_that_stand(cast, source):
    ledger = make_service("ledger", owner=cast.team, title="Ledger")
    row = make_discovered(source, State.IGNORED)
    make_tombstone(row, Verdict.PARTED, service=ledger, reason="")
    client = cast.client("member")

    page = client.get(url_of(row)).content.decode()
    client.post("/discovery/inbox/restore/", {"only": row.pk, "next": url_of(row)})
    after = client.get(url_of(row)).content.decode()

    assert "Not the same as" in page
    assert "Match after all" in page
    assert page.count("factory") == 2
    assert "Lifted by" in after


def test_it_names_a_private_service_only_to_those_who_may_know_of_it(cast, source):
    secret = make_service("secret", owner=cast.other_team, title="Secret ledger", visibility="private")
    row = make_discovered(source, State.MATCHED, service=secret, match_reason="system strongroom")

    page = cast.client("member").get(url_of(row)).content.decode()
    listed = cast.client("member").get("/discovery/inbox/?state=matched").content.decode()

    for words in ("Secret ledger", "strongroom"):
        assert words not in page
        assert words not in listed


@pytest.mark.parametrize(("visibility", "is_named"), [("internal", True), ("private", False)])
def test_it_names_the_version_only_to_those_who_may_know_of_its_api(cast, source, visibility, is_named):
    api = make_api("secret", owner=cast.other_team, title="Secret ledger", visibility=visibility)
    row = make_discovered(source, State.MATCHED, service=make_service("ledger", owner=cast.other_team))
    DiscoveredService.objects.update(specification_version=api.versions.get(), specification_outcome="published")

    page = cast.client("member").get(url_of(row))

    assert ("Secret ledger 1.0.0" in page.content.decode()) is is_named
    assert ("/apis/secret/versions/1.0.0/" in Elements(page.content).links()) is is_named


def test_it_escapes_what_was_seen(cast, source):
    seen = make_observation(HOSTILE, labels={"a": HOSTILE}, annotations={"b": HOSTILE}, place=HOSTILE, uid="u")
    row = make_discovered(source, seen=seen, specification_note=HOSTILE, reasons={"owner": HOSTILE})

    assert harmless(cast.client("member").get(url_of(row)).content)


def test_it_keeps_what_a_person_changed_and_nothing_else(cast, source):
    make_domain("cards")
    row = make_discovered(source, proposed_owner=cast.team)
    form = {"owner": "payments", "domain": "cards", "kind": "microservice", "visibility": "internal"}
    form["next"] = url_of(row)

    answer = cast.client("member").post(url_of(row, "edit/"), form)

    row.refresh_from_db()
    assert answer["Location"] == url_of(row)
    assert row.chosen == {"domain": "cards"}
    assert row.proposed_domain.slug == "cards"


def test_it_takes_a_choice_back(cast, source):
    make_domain("cards")
    row = make_discovered(source)
    client = cast.client("member")
    client.post(url_of(row, "edit/"), {"domain": "cards", "kind": "microservice", "visibility": "internal"})

    client.post(url_of(row, "edit/"), {"take_back": "1"})

    row.refresh_from_db()
    assert row.chosen == {}
    assert row.proposed_domain is None


def test_it_edits_in_the_row_and_answers_with_the_list(cast, source):
    row = make_discovered(source, name="ledger")
    client = cast.client("member")

    form = client.get(url_of(row, "edit/?field=domain"), headers=HTMX)
    saved = client.post(
        url_of(row, "edit/"),
        {"kind": "monolith", "visibility": "internal", "part": "inbox", "next": "/discovery/inbox/?search=led"},
        headers=HTMX,
    )

    assert form.content.decode().count("<tr") == 1
    assert "/discovery/inbox/?search=led" in form.content.decode()
    assert Elements(saved.content).texts("name") == ["ledger"]
    assert Elements(saved.content).texts("toast-words") == ["ledger is changed Every later run keeps to it."]


def test_it_shows_the_form_again_with_what_is_wrong(cast, source):
    row = make_discovered(source)
    form = {"owner": "nobody-like-that", "kind": "microservice", "visibility": "internal", "part": "inbox"}

    page = cast.client("member").post(url_of(row, "edit/"), form)
    part = cast.client("member").post(url_of(row, "edit/"), form, headers=HTMX)

    assert page.status_code == 422
    assert part["HX-Retarget"] == f"#discovered-{row.pk}"
    assert "field-error" in part.content.decode()


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        (State.NEW, ["publish", "ignore", "match"]),
        (State.MISSING, ["publish", "ignore", "match", "retire"]),
        (State.IGNORED, ["restore"]),
        (State.RETIRED, ["restore"]),
    ],
)
def test_it_offers_in_the_menu_what_fits_the_state(cast, source, state, verbs):
    fields = {"standing": "retired"} if state == State.RETIRED else {}
    row = make_discovered(source, state, **fields)

    menu = Elements(cast.client("member").get(url_of(row, "actions/")).content)

    sent = [values["formaction"].split("/")[-2] for tag, values in menu.tags if tag == "button"]
    assert sent == verbs


def test_it_offers_to_pin_or_to_part_a_match(cast, source):
    row = make_discovered(source, State.MATCHED, service=make_service(owner=cast.team))

    menu = cast.client("member").get(url_of(row, "actions/")).content.decode()

    assert "Pin this match" in menu
    assert "Not the same" in menu
