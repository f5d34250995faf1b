"""The pages of mesh posture: the sums, the services behind them, the facts of one, and the marks in the inbox."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from discovery.connectors.base import Posture, PostureFact
from discovery.models import Source
from discovery.queries.inbox import filtered
from discovery.queries.posture import posture_by
from discovery.web.posture import COLUMNS, GROUPS, row_of
from tests.catalog.web.elements import Elements
from tests.catalog.web.test_api_pages import HOSTILE, harmless
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_domain, make_environment, make_service
from tests.factories.discovery import make_discovered, make_observation, make_open, make_source
from tests.personas import Cast

SUMS, SERVICES = "/discovery/posture/", "/discovery/posture/services/"
STRICT = Posture(
    "sidecar", "strict", "limited", is_open=False, facts=(PostureFact("timeout", "2 s", "VirtualService a/b"),)
)


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source("prod", owner=cast.team)


def page(cast: Cast, url: str, who: str = "member") -> Elements:
    answer = cast.client(who).get(url)
    assert answer.status_code == 200
    return Elements(answer.content)


def put(source: Source, name: str, posture: Posture = STRICT, **fields):
    return make_discovered(source, seen=make_observation(name, posture=posture), **fields)


def test_each_number_leads_to_its_services(cast: Cast, source: Source):
    make_discovered(source, seen=make_open("pay"))
    put(source, "ledger")

    links = page(cast, f"{SUMS}?by=namespace").links()

    assert f"{SERVICES}?source=prod&namespace=payments&open=true" in links
    assert f"{SERVICES}?source=prod&namespace=payments&mtls=strict" in links
    assert f"{SERVICES}?mesh=in" in links


@pytest.mark.parametrize("by", GROUPS)
def test_each_number_is_that_of_the_list_it_leads_to(cast: Cast, source: Source, by: str):
    administrator = actor_of(cast.administrator)
    service = make_service("ledger", owner=cast.team, domain=make_domain("cards").slug)
    put(source, "ledger", state="published", service=service)
    put(source, "cart", Posture("sidecar", "mixed", "anyone", is_open=True), proposed_owner=cast.team)
    put(source, "legacy", Posture("outside"))
    put(make_source("staging", environment=make_environment("staging")), "pager", Posture("ambient"))
    put(source, "gone", Posture("sidecar", "mixed", "anyone", is_open=True), state="missing")

    checked = 0
    for summary in posture_by(administrator, by).page.items:
        row = row_of(summary, by)
        for column, cell in zip(COLUMNS, row["cells"], strict=True):
            if cell["url"]:
                query = dict(parse_qsl(urlsplit(cell["url"]).query))
                found = filtered(administrator, {**query, "present": "true"}).count()
                assert found == getattr(summary, column.name), (summary.slug, column.name)
                checked += 1
    assert checked >= 9


def test_it_sums_up_the_way_one_chooses_and_forgives_what_it_does_not_know(cast: Cast, source: Source):
    put(source, "ledger")

    assert "prod" in page(cast, f"{SUMS}?by=source").texts("name")
    assert page(cast, f"{SUMS}?by=colour&ordering=best").texts("name") == ["No domain known"]


@pytest.mark.parametrize(
    ("who", "posture", "words"),
    [
        ("administrator", None, "Nothing is there to protect yet"),
        ("viewer", None, "Nothing of your teams is there yet"),
        ("administrator", Posture(), "No source has read a mesh yet"),
        ("administrator", Posture("outside"), "Nothing is in a mesh"),
    ],
)
def test_it_says_why_there_is_nothing_and_what_to_do(cast: Cast, who: str, posture: Posture | None, words: str):
    if posture is not None:
        put(make_source("prod"), "ledger", posture)

    assert words in cast.client(who).get(SUMS).content.decode()


def test_it_lists_what_is_open_in_every_state_that_is_there(cast: Cast, source: Source):
    make_discovered(source, seen=make_open("pay"))
    make_discovered(source, "published", seen=make_open("shop"))
    make_discovered(source, "missing", seen=make_open("gone"))
    put(source, "ledger")

    found = page(cast, f"{SERVICES}?open=true")

    assert found.texts("name") == ["pay", "shop"]
    assert found.texts("state-bad") == ["Exposed, no authentication"] * 2


def test_it_keeps_filters_that_have_no_field_and_lets_one_drop_them(cast: Cast, source: Source):
    put(source, "ledger", proposed_owner=cast.team)

    found = page(cast, f"{SERVICES}?owner=payments&mtls=strict")

    assert ("input", {"type": "hidden", "name": "owner", "value": "payments"}) in found.tags
    assert f"{SERVICES}?mtls=strict" in found.links()


def test_it_shows_each_fact_with_the_object_it_comes_from(cast: Cast, source: Source):
    one = make_discovered(source, seen=make_open("pay"))

    found = page(cast, f"/discovery/services/{one.pk}/")

    assert found.texts("posture-one")
    assert "Plain text and mTLS are both accepted" in found.texts("posture-warn")
    assert "Reached as pay.example.com without a token" in found.texts("posture-bad")
    assert "PeerAuthentication payments/default" in found.texts("posture-line")[1]
    assert {"1 error", "mTLS permissive", "Exposed, no authentication"} <= set(
        found.texts("state-bad") + found.texts("state-warn")
    )


@pytest.mark.parametrize(
    ("posture", "words"),
    [
        (Posture(), "does not say how a mesh protects it"),
        (Posture("ambient"), "which is not evaluated"),
        (Posture("outside"), "Outside the mesh"),
    ],
)
def test_it_says_what_is_not_known_or_not_evaluated(cast: Cast, source: Source, posture: Posture, words: str):
    one = put(source, "ledger", posture)

    assert words in cast.client("member").get(f"/discovery/services/{one.pk}/").content.decode()


def test_what_a_place_says_is_text(cast: Cast, source: Source):
    facts = (PostureFact("mtls", HOSTILE, HOSTILE), PostureFact("traffic", HOSTILE, HOSTILE, "error"))
    one = put(source, "ledger", Posture("sidecar", "strict", "limited", facts=facts), namespace=HOSTILE)

    for url in (f"/discovery/services/{one.pk}/", f"{SUMS}?by=namespace", f"{SERVICES}?namespace={HOSTILE}"):
        harmless(cast.client("member").get(url).content.decode())


def test_a_row_of_the_inbox_marks_what_is_open_and_the_mode_of_mtls(cast: Cast, source: Source):
    make_discovered(source, seen=make_open("pay"))
    put(source, "ledger")
    put(source, "unread", Posture())

    found = cast.client("member").get("/discovery/inbox/").content.decode()

    rows = {name: found.split(f">{name}</a>")[1].split("</tr>")[0] for name in ("pay", "ledger", "unread")}
    assert "Exposed, no authentication" in rows["pay"]
    assert "mTLS permissive" in rows["pay"]
    assert 'aria-label="mTLS strict"' in rows["ledger"]
    assert "mTLS" not in rows["unread"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?mesh=in", ["ambient", "ledger"]),
        ("?mesh=outside", ["legacy"]),
        ("?mtls=unknown", ["ambient"]),
        ("?mtls=strict&callers=limited", ["ledger"]),
        ("?callers=unknown", ["ambient"]),
        ("?open=false", ["ledger"]),
    ],
)
def test_the_inbox_is_narrowed_by_posture(cast: Cast, source: Source, query: str, found: list[str]):
    put(source, "ledger")
    put(source, "legacy", Posture("outside", is_open=True))
    put(source, "ambient", Posture("ambient"))

    assert page(cast, f"/discovery/inbox/{query}").texts("name") == found


def test_the_overview_counts_what_is_open_and_leads_there(cast: Cast, source: Source):
    make_discovered(source, seen=make_open("pay"))

    found = page(cast, "/discovery/")

    assert "1 exposed without authentication" in found.texts("name")
    assert f"{SERVICES}?open=true" in found.links()
