"""Mesh posture over REST: the words of a service, the facts of one, what lists are narrowed by, and the sums."""

import pytest

from discovery.connectors.base import Posture
from discovery.models import Source
from tests.factories.discovery import make_discovered, make_observation, make_open, make_source
from tests.personas import Cast

SUMS = "/api/v1/mesh-posture"


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source("prod", owner=cast.team)


def test_a_service_says_its_words_and_its_facts(cast: Cast, source: Source):
    one = make_discovered(source, seen=make_open("pay"))
    make_discovered(source, name="unread")
    client = cast.client("member")

    rows = {row["name"]: row for row in client.get("/api/v1/discovered-services").json()["results"]}
    found = client.get(f"/api/v1/discovered-services/{one.pk}").json()

    words = ("mesh", "mtls", "callers", "is_open")
    assert [rows["pay"][word] for word in words] == ["sidecar", "permissive", "anyone", True]
    assert [found[word] for word in words] == ["sidecar", "permissive", "anyone", True]
    assert [rows["unread"][word] for word in words] == [None] * 4
    assert found["facts"]["posture"][0] == {
        "topic": "mtls",
        "text": "Plain text and mTLS are both accepted",
        "by": "PeerAuthentication payments/default",
        "severity": "warning",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("open=true&present=true", ["pay"]),
        ("open=true", ["gone", "pay"]),
        ("open=unknown", ["unread"]),
        ("mesh=in&present=true", ["pay"]),
        ("mtls=permissive&callers=anyone&present=false", ["gone"]),
        ("domain=none&mesh=unknown", ["unread"]),
        ("domain=cards", []),
    ],
)
def test_the_list_is_narrowed_by_posture(cast: Cast, source: Source, query: str, found: list[str]):
    make_discovered(source, seen=make_open("pay"))
    make_discovered(source, "missing", seen=make_open("gone"))
    make_discovered(source, name="unread")

    answer = cast.client("member").get(f"/api/v1/discovered-services?ordering=name&{query}").json()

    assert [row["name"] for row in answer["results"]] == found


def test_it_sums_up_page_by_page(cast: Cast, source: Source):
    make_discovered(source, seen=make_open("pay"))
    make_discovered(source, seen=make_observation("scores", "loans", posture=Posture("ambient")))
    client = cast.client("member")

    first = client.get(f"{SUMS}?by=namespace&limit=1").json()
    second = client.get(first["next"]).json()

    assert first["results"] == [
        {
            "services": 1,
            "open": 1,
            "mesh": {"sidecar": 1, "ambient": 0, "outside": 0, "unknown": 0},
            "mtls": {"strict": 0, "permissive": 1, "disabled": 0, "mixed": 0, "unknown": 0},
            "callers": {"anyone": 1, "limited": 0, "nobody": 0, "unknown": 0},
            "name": "payments",
            "title": "payments",
            "source": "prod",
        }
    ]
    assert [row["name"] for row in second["results"]] == ["loans"]
    assert (first["count"], first["total"]["services"], second["next"]) == (2, 2, None)
    assert first["total"] == second["total"]


@pytest.mark.parametrize("query", ["by=colour", "ordering=best", "limit=0", "cursor=x", "colour=red"])
def test_it_refuses_what_it_does_not_know(cast: Cast, query: str):
    assert cast.client("member").get(f"{SUMS}?{query}").status_code == 400
