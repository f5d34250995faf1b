"""Mesh posture summed up: what is counted, for whom, and in which group."""

import pytest

from accounts.actor import Actor
from catalog.models import Visibility
from common.errors import Invalid
from discovery.connectors.base import Posture
from discovery.models import DiscoveredService, Source, State
from discovery.queries.posture import GROUPINGS, ORDERINGS, Summary, exposed_without_authentication, posture_by
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_domain, make_service
from tests.factories.discovery import make_discovered, make_observation, make_open, make_source
from tests.personas import Cast

STRICT = Posture("sidecar", "strict", "limited", is_open=False)
AMBIENT = Posture("ambient")


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source("prod", owner=cast.team)


@pytest.fixture
def administrator(cast: Cast) -> Actor:
    return actor_of(cast.administrator)


def put(
    source: Source, name: str, posture: Posture = STRICT, namespace: str = "payments", **fields
) -> DiscoveredService:
    return make_discovered(source, seen=make_observation(name, namespace, posture=posture), **fields)


def sums(actor: Actor, by: str, **asked) -> dict[str, Summary]:
    return {one.slug: one for one in posture_by(actor, by, **asked).page.items}


def test_it_counts_each_word_and_what_nobody_knows(source: Source, administrator: Actor):
    put(source, "ledger")
    put(source, "cart", Posture("sidecar", "permissive", "anyone", is_open=True))
    put(source, "pager", AMBIENT)
    put(source, "legacy", Posture("outside", is_open=False))
    put(source, "unread", Posture())
    put(source, "bare", Posture("sidecar", "disabled", is_open=False))

    found = sums(administrator, "namespace")["payments"]

    assert found == Summary(
        "payments", "payments", "prod", services=6, sidecar=3, ambient=1, outside=1,
        strict=1, permissive=1, disabled=1, anyone=1, limited=1, open=1, mtls_unknown=2, callers_unknown=3,
    )  # fmt: skip
    assert (found.in_mesh, found.mesh_unknown) == (4, 1)


def test_it_counts_only_what_is_there_and_not_set_aside(source: Source, administrator: Actor):
    for state in State:
        put(source, f"in-{state}", state=state)

    assert posture_by(administrator, "source").total.services == 3


def test_it_tells_namespaces_of_one_name_in_two_sources_apart(source: Source, administrator: Actor):
    put(source, "ledger", namespace="cards")
    put(make_source("staging"), "ledger", namespace="cards")

    found = posture_by(administrator, "namespace").page.items

    assert [(one.title, one.source) for one in found] == [("cards", "prod"), ("cards", "staging")]


@pytest.mark.parametrize(("by", "field"), [("team", "owner"), ("domain", "domain")])
def test_it_takes_the_catalogs_word_before_that_of_the_proposal(
    cast: Cast, source: Source, administrator: Actor, by: str, field: str
):
    domain = make_domain("cards")
    service = make_service("ledger", owner=cast.team, domain="cards")
    other = {"owner": cast.other_team, "domain": make_domain("loans")}[field]
    mine = {"owner": cast.team, "domain": domain}[field]
    put(source, "published", state="published", service=service, **{f"proposed_{field}": other})
    put(source, "new", **{f"proposed_{field}": mine})
    put(source, "nobodys")

    assert {slug: one.services for slug, one in sums(administrator, by).items()} == {mine.slug: 2, "": 1}


def test_it_does_not_tell_whose_a_private_service_is(cast: Cast, source: Source):
    hidden = make_service("vault", owner=cast.other_team, visibility=Visibility.PRIVATE)
    put(source, "vault", state="published", service=hidden)

    assert list(sums(actor_of(cast.member), "team")) == [""]
    assert list(sums(actor_of(cast.stranger), "team")) == ["lending"]


def test_it_counts_only_what_the_actor_may_see(cast: Cast, source: Source):
    put(source, "of-the-source")
    put(make_source("other"), "proposed", proposed_owner=cast.team)
    put(make_source("third"), "hidden")

    assert posture_by(actor_of(cast.member), "source").total.services == 2
    assert posture_by(actor_of(cast.stranger), "source").total.services == 0
    assert posture_by(actor_of(cast.administrator), "source").total.services == 3


def test_it_begins_with_the_worst(source: Source, administrator: Actor):
    put(source, "a", namespace="good")
    put(source, "b", Posture("sidecar", "permissive", "limited", is_open=False), namespace="plain")
    put(source, "c", Posture("sidecar", "strict", "anyone", is_open=True), namespace="open")
    put(source, "d", Posture("sidecar", "disabled", "limited", is_open=False), namespace="off")

    assert list(sums(administrator, "namespace")) == ["open", "off", "plain", "good"]
    assert list(sums(administrator, "namespace", ordering="name")) == ["good", "off", "open", "plain"]
    assert next(iter(sums(administrator, "namespace", ordering="-anyone"))) == "open"


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_it_walks_over_every_group_once_and_back(source: Source, administrator: Actor, ordering: str):
    for number in range(7):
        put(source, f"s-{number}", namespace=f"n-{number}")
    every = [one.slug for one in posture_by(administrator, "namespace", ordering=ordering).page.items]

    first = posture_by(administrator, "namespace", ordering=ordering, limit=3).page
    second = posture_by(administrator, "namespace", ordering=ordering, limit=3, cursor=first.next).page
    third = posture_by(administrator, "namespace", ordering=ordering, limit=3, cursor=second.next).page
    back = posture_by(administrator, "namespace", ordering=ordering, limit=3, cursor=third.previous).page

    assert [one.slug for page in (first, second, third) for one in page.items] == every
    assert (first.previous, third.next) == (None, None)
    assert back == second


@pytest.mark.parametrize("asked", [{"by": "colour"}, {"by": "team", "ordering": "best"}, {"by": "team", "cursor": "x"}])
def test_it_says_what_it_does_not_know(administrator: Actor, asked: dict[str, str]):
    with pytest.raises(Invalid):
        posture_by(administrator, **asked)


def test_it_takes_two_statements_however_many_groups(source: Source, administrator: Actor, django_assert_num_queries):
    for number in range(5):
        put(source, f"s-{number}", namespace=f"n-{number}")
    for by in GROUPINGS:
        with django_assert_num_queries(2):
            posture_by(administrator, by)


def test_it_counts_what_is_open(source: Source, administrator: Actor):
    make_discovered(source, seen=make_open("pay"))
    make_discovered(source, "missing", seen=make_open("gone"))
    put(source, "ledger")

    found = exposed_without_authentication(administrator)

    assert (found.value, found.exact) == (1, True)
