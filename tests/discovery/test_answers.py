"""Where a service runs and who says what it is, as the catalog shows it."""

import hashlib
import zlib
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Service
from catalog.questions import Place, PlaceFact, PlacePosture, Said, places_of, said_of
from catalog.usecases.edit_entry import edit_entry
from discovery.connectors.base import Endpoint, Exposure, Posture, PostureFact, Workload
from discovery.models import DiscoveredService, DiscoveredSpecification, Source
from discovery.usecases.ignore_discovered import ignore_discovered
from discovery.usecases.publish_discovered import publish_discovered
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_api, make_environment, make_service
from tests.factories.discovery import make_discovered, make_observation, make_source
from tests.personas import Cast

NOW = datetime(2026, 5, 1, tzinfo=UTC)
MESHED = Posture(
    "sidecar", "strict", "limited", is_open=False, facts=(PostureFact("timeout", "2 s", "VirtualService cards/ledger"),)
)
EXPOSED = Exposure("internet", (Endpoint("api.example.com", "/ledger", tls=True),))


@pytest.fixture
def eu(cast: Cast) -> Source:
    return make_source("prod-eu", environment=make_environment("production", position=1), seen_at=NOW)


@pytest.fixture
def stage(cast: Cast) -> Source:
    return make_source("stage-eu", environment=make_environment("staging", position=2), seen_at=NOW)


def published(cast: Cast, *sources: Source, **fields) -> list[DiscoveredService]:
    seen = make_observation(
        "ledger", "cards", identity="ledger", cluster="c-1", exposure=EXPOSED, posture=MESHED,
        workloads=(Workload("Deployment", "ledger", "4.1.0", 3, 2), Workload("Deployment", "ledger-b", "4.1.0", 1, 1)),
    )  # fmt: skip
    values = {"proposed_owner": cast.team, "reasons": {"owner": "rule cards", "title": "default"}, **fields}
    rows = [make_discovered(source, seen=seen, **values) for source in sources]
    publish_discovered(actor=actor_of(cast.administrator), discovered=rows, values={}, now=timezone.now())
    return rows


def beside(text: str = "", *, digest: str = "") -> dict:
    """The columns of a place with a document beside it."""
    document = DiscoveredSpecification.objects.create(
        sha256=digest or hashlib.sha256(text.encode()).hexdigest(),
        size=len(text),
        media_type="application/yaml",
        compressed=zlib.compress(text.encode()),
    )
    return {"specification": document, "specification_outcome": "found"}


def places(who, service: Service) -> list[Place]:
    return places_of.ask(actor_of(who), [service.pk])[service.pk]


def said(who, service: Service) -> dict[str, Said]:
    return said_of.ask(actor_of(who), Service.objects.select_related("owner", "domain", "system").get(pk=service.pk))


def test_it_tells_where_a_service_runs_best_place_first(cast: Cast, eu: Source, stage: Source) -> None:
    rows = published(cast, stage, eu)
    service = Service.objects.get()
    first, second = places(cast.viewer, service)

    assert first == Place(
        id=rows[1].pk, environment="production", environment_title="Production", source="prod-eu", cluster="c-1",
        namespace="cards", name="ledger", state="published", seen_at=NOW, workload_kind="Deployment",
        workload_name="ledger", version="4.1.0", ready=3, replicas=4, exposure="internet",
        endpoints=("https://api.example.com/ledger",),
        posture=PlacePosture(
            "sidecar", "strict", "limited", is_open=False,
            facts=(PlaceFact("timeout", "2 s", "VirtualService cards/ledger"),),
        ),
    )  # fmt: skip
    assert (second.environment, second.matched_by) == ("staging", "runs as the same software in prod-eu")
    assert not (second.may_part or second.may_open)
    assert all(place.may_part and place.may_open for place in places(cast.member, service))


def test_it_tells_of_what_is_missing_and_not_of_what_is_ignored(cast: Cast, eu: Source, stage: Source) -> None:
    first, second = published(cast, eu, stage)
    DiscoveredService.objects.filter(pk=first.pk).update(missing_since=NOW, last_seen_at=NOW, state="missing")
    ignore_discovered(actor=actor_of(cast.administrator), discovered=[second], reason="No", now=NOW)
    [place] = places(cast.viewer, Service.objects.get())
    assert (place.state, place.is_there) == ("missing", False)


def test_it_answers_for_many_with_two_queries(cast: Cast, eu: Source) -> None:
    services = [make_service(owner=cast.team) for _ in range(4)]
    for service in services[:3]:
        make_discovered(eu, "matched", service=service, **beside("a document of " + service.slug))
    actor = actor_of(cast.member)
    with CaptureQueriesContext(connection) as captured:
        found = places_of.ask(actor, [service.pk for service in services])
    assert [len(found[service.pk]) for service in services] == [1, 1, 1, 0]
    # The second asks whether what lies beside them is published; no document is read.
    assert len(captured) == 2
    assert all("compressed" not in query["sql"] for query in captured)


def test_what_is_published_byte_for_byte_is_as_published_whoever_published_it(cast: Cast, eu: Source) -> None:
    service = make_service("ledger", owner=cast.team)
    api = make_api("ledger", owner=cast.team)
    api.provided_by.add(service)
    digest = api.versions.get().specification.sha256
    make_discovered(eu, "matched", service=service, **beside(digest=digest))
    make_discovered(eu, "matched", service=service, **beside("another document"))

    outcomes = [place.specification for place in places(cast.viewer, service)]

    assert sorted(outcomes) == ["found", "published"]


def test_it_tells_who_says_what(cast: Cast, eu: Source) -> None:
    published(cast, eu)
    owner = said(cast.viewer, Service.objects.get())["owner"]
    assert (owner.source, owner.reason, owner.is_by_hand) == ("prod-eu", "rule cards", False)
    assert "domain" not in said(cast.viewer, Service.objects.get())


def test_it_names_who_edited_and_what_discovery_would_say(cast: Cast, eu: Source) -> None:
    published(cast, eu)
    service = Service.objects.get()
    now = timezone.now()
    edit_entry(actor=actor_of(cast.maintainer), entry=service, metadata={"owner": "lending"}, now=now)
    owner = said(cast.viewer, service)["owner"]
    assert (owner.is_by_hand, owner.edited_by, owner.edited_at) == (True, "maintainer", now)
    assert owner.would_say == "payments"


def test_what_was_there_before_is_its_makers(cast: Cast, eu: Source) -> None:
    service = make_service("ledger", owner=cast.other_team, title="Our ledger")
    [row] = [make_discovered(eu, "matched", name="ledger", service=service, proposed_owner=cast.team)]
    publish_discovered(actor=actor_of(cast.administrator), discovered=[row], values={}, now=NOW)
    title = said(cast.viewer, service)["title"]
    assert (title.is_by_hand, title.edited_by, title.would_say) == (True, "factory", "ledger")


def test_the_page_shows_places_and_sayings(cast: Cast, eu: Source, stage: Source) -> None:
    first, _ = published(cast, eu, stage)
    DiscoveredService.objects.filter(pk=first.pk).update(
        specification_outcome="differs", specification_note="Version 1.0.0 is published and differs."
    )
    service = Service.objects.get()
    edit_entry(actor=actor_of(cast.maintainer), entry=service, metadata={"title": "Books"}, now=timezone.now())
    page = cast.client("viewer").get(f"/services/{service.slug}/").content.decode()

    for words in ("Where it runs", "2 places", "c-1", "3 of 4", ">api.example.com/ledger<", "Drift"):
        assert words in page
    assert "The specification in <b>c-1</b> cards: Version 1.0.0 is published and differs." in page
    assert "runs as the same software in prod-eu" in page
    for words in ("Where this comes from", "maintainer", "(edited by hand)", "Rule cards in prod-eu", "The rest"):
        assert words in page
    assert "no longer seen anywhere" not in page
    anonymous = cast.client("anonymous").get(f"/services/{service.slug}/")
    assert anonymous.status_code == 404


def test_the_page_undoes_a_match_for_those_who_may(cast: Cast, eu: Source, stage: Source) -> None:
    _, second = published(cast, eu, stage)
    url = reverse("discovery:inbox-part")
    assert f'action="{url}"' not in cast.client("viewer").get("/services/ledger/").content.decode()
    member = cast.client("member")
    page = member.get("/services/ledger/").content.decode()
    assert page.count(f'action="{url}"') == 1
    assert f'name="only" value="{second.pk}"' in page

    answer = member.post(url, {"only": second.pk, "next": "/services/ledger/"})
    assert (answer.status_code, answer["Location"]) == (303, "/services/ledger/")
    second.refresh_from_db()
    assert (second.service, second.state) == (None, "new")


def test_the_page_says_when_it_is_no_longer_seen_anywhere(cast: Cast, eu: Source) -> None:
    [row] = published(cast, eu)
    DiscoveredService.objects.filter(pk=row.pk).update(missing_since=NOW, last_seen_at=NOW, state="missing")
    page = cast.client("viewer").get("/services/ledger/").content.decode()
    assert "This service is no longer seen anywhere" in page
    assert "Missing" in page


def test_rest_tells_the_same(cast: Cast, eu: Source) -> None:
    published(cast, eu)
    [place] = cast.client("token_read").get("/api/v1/services/ledger").json()["places"]
    assert place == {
        "environment": "production", "source": "prod-eu", "cluster": "c-1", "namespace": "cards", "name": "ledger",
        "state": "published", "workload_kind": "Deployment", "workload_name": "ledger", "version": "4.1.0",
        "ready": 3, "replicas": 4, "exposure": "internet", "endpoints": ["https://api.example.com/ledger"],
        "mesh": [], "inside": [],
        "posture": {
            "mesh": "sidecar", "mtls": "strict", "callers": "limited", "is_open": False,
            "facts": [{"topic": "timeout", "text": "2 s", "by": "VirtualService cards/ledger", "severity": "info"}],
        },
        "specification": "", "specification_note": "", "matched_by": "", "seen_at": "2026-05-01T00:00:00Z",
    }  # fmt: skip
