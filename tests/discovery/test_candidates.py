"""What observations may be matched with, as the database has it: the same software in several places."""

from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from discovery.connectors.base import Observation
from discovery.facts import Spotted, from_row
from discovery.judging import Decided, Judgement, judge, load_context
from discovery.models import DiscoveredService, Source
from discovery.publishing import publish_pending
from discovery.usecases.apply_rules import apply_rules
from tests.factories.catalog import make_environment, make_service, make_system
from tests.factories.discovery import make_discovered, make_observation, make_source
from tests.factories.rules import ADMINISTRATOR, make_rule
from tests.personas import Cast

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def judged(source: Source, *observations: Observation) -> list[Judgement]:
    spotted = [Spotted(seen) for seen in observations]
    context = load_context(source, spotted)
    return [judge(one, Decided(), context) for one in spotted]


def same(row: DiscoveredService) -> Judgement:
    """The judgement of the row as it is stored."""
    context = load_context(row.source, [from_row(row)])
    return judge(from_row(row), Decided(row.standing, row.service_id, row.match_reason), context)


def test_one_software_in_two_clusters_is_one_service_in_two_places(cast: Cast) -> None:
    service = make_service("vault")
    first = make_source("prod-eu-1")
    make_discovered(first, "published", seen=make_observation("vault", "cards", identity="vault-id"), service=service)
    second = make_source("test-eu-1", environment=make_environment("staging"))
    (found,) = judged(second, make_observation("vault-svc", "cards", identity="vault-id"))
    assert (found.standing, found.service_id) == ("matched", service.pk)
    assert found.match_reason == "runs as the same software in prod-eu-1"


def test_the_same_name_in_another_namespace_is_another_service(cast: Cast) -> None:
    gateway = make_service("api-gateway")
    source = make_source()
    make_discovered(source, "published", name="api-gateway", namespace="team-a", service=gateway)
    mine, theirs = judged(
        make_source(), make_observation("api-gateway", "team-a"), make_observation("api-gateway", "team-b")
    )
    assert mine.match_reason == "by label app.kubernetes.io/name in namespace team-a, where it already runs"
    assert (theirs.standing, theirs.service_id) == ("new", None)


def test_a_link_is_no_evidence_for_itself_or_for_what_it_follows_from(cast: Cast) -> None:
    service = make_service("vault")
    first = make_discovered(
        make_source("a"),
        "matched",
        seen=make_observation("x", identity="vault-id"),
        service=service,
        match_reason="by hand",
    )
    second = make_discovered(
        make_source("b"),
        "matched",
        seen=make_observation("y", identity="vault-id"),
        service=service,
        match_reason="runs as the same software in a",
    )
    assert same(second).service_id == service.pk
    # Nothing but the second place, which follows from this one, speaks for the first.
    assert same(first).standing == "new"


def test_a_link_that_follows_is_no_ground_however_long_its_reason(cast: Cast) -> None:
    namespace = "n" * 255
    reason = f"by label app.kubernetes.io/name in namespace {namespace}, where it already runs"[:300]
    seen = make_observation("vault", namespace, uid="")
    make_discovered(make_source(), "matched", seen=seen, service=make_service("vault"), match_reason=reason)
    (found,) = judged(make_source(), seen)
    assert found.service_id is None


def test_places_that_were_ignored_say_nothing(cast: Cast) -> None:
    make_discovered(
        make_source(), "ignored", seen=make_observation("vault", identity="vault-id"), service=make_service("other")
    )
    (found,) = judged(make_source(), make_observation("vault-svc", identity="vault-id"))
    assert found.service_id is None


def test_two_sources_of_one_service_agree_whichever_is_judged_first(cast: Cast) -> None:
    make_system("issuing")
    make_rule("issuing", system="issuing", owner="payments")
    sources = [make_source("a"), make_source("b")]
    for source in sources:
        make_discovered(source, seen=make_observation("vault", "cards", identity="vault-id"))
    make_rule("another", action="propose")
    for source in reversed(sources):
        apply_rules(actor=ADMINISTRATOR, source_id=source.pk, now=NOW)
    for source in sources:
        publish_pending(source_id=source.pk, now=NOW)
    rows = list(DiscoveredService.objects.select_related("source__environment"))
    assert len({row.service_id for row in rows} - {None}) == 1
    before = [(row.standing, row.service_id, row.match_reason) for row in rows]
    after = [same(row) for row in rows]
    assert [(one.standing, one.service_id, one.match_reason) for one in after] == before


def test_the_number_of_queries_does_not_depend_on_how_much_is_judged(cast: Cast) -> None:
    source = make_source()
    numbers = []
    for count in (1, 50):
        make_service(f"service-{count}")
        seen = [make_observation(f"service-{number}", identity=f"id-{number}") for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            judged(source, *seen)
        numbers.append(len(queries))
    assert numbers == [7, 7]


def test_nothing_seen_needs_nothing_from_the_catalog(cast: Cast) -> None:
    assert judged(make_source()) == []
