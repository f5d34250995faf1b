"""The rows of the inbox and of the pages of what was discovered: it was found by a source of the first team."""

from discovery.models import Source, State
from tests.contracts.matrix import Row, page
from tests.contracts.matrix_catalog import named
from tests.factories.catalog import make_service
from tests.factories.discovery import make_discovered, make_source
from tests.personas import Cast

NUMBER = 4711
ONE = {"discovered": NUMBER}


def discovered(cast: Cast, state: str = State.NEW, **fields: object) -> None:
    source = make_source("clusters", owner=cast.team)
    make_discovered(source, state, name="ledger", pk=NUMBER, proposed_owner=cast.team, **fields)


def fetchable(cast: Cast) -> None:
    """What a live cluster showed can be asked."""
    discovered(cast)
    Source.objects.update(kind="kubernetes")


def with_service(cast: Cast) -> None:
    discovered(cast)
    make_service("core", owner=cast.team)


def matched(cast: Cast) -> None:
    discovered(cast, State.MATCHED, service=make_service("core", owner=cast.team))


def missing(cast: Cast) -> None:
    discovered(cast, State.MISSING)


def ignored(cast: Cast) -> None:
    discovered(cast, State.IGNORED)


def concerned(status: int) -> dict[str, int]:
    """The answers about one discovered service: others may not know of it."""
    return page(404, **dict.fromkeys(("member", "maintainer", "administrator"), status))


def form(**values: str):
    return lambda cast: {"only": str(NUMBER), **values}


def decision(verb: str, prepare=discovered, **values: str) -> Row:
    return Row(f"discovery:inbox-{verb}", "POST", concerned(303), body=form(**values), prepare=prepare)


ROWS = [
    Row("discovery:inbox", "GET", page(200), prepare=discovered),
    Row("discovery:arrived", "GET", page(200), query="?newest=0", prepare=discovered),
    Row("discovery:namespaces", "GET", page(200), query="?namespace=pay", prepare=discovered),
    Row("discovery:service-choices", "GET", page(200), query="?find=core", prepare=with_service),
    Row("discovery:unowned", "GET", page(200), prepare=discovered),
    Row("discovery:posture", "GET", page(200), prepare=discovered),
    Row("discovery:posture-services", "GET", page(200), query="?open=unknown", prepare=discovered),
    Row("discovery:discovered", "GET", concerned(200), named(**ONE), prepare=discovered),
    Row("discovery:discovered-actions", "GET", concerned(200), named(**ONE), prepare=discovered),
    Row("discovery:discovered-edit", "GET", concerned(200), named(**ONE), prepare=discovered),
    Row(
        "discovery:discovered-edit",
        "POST",
        concerned(303),
        named(**ONE),
        body=lambda cast: {"owner": cast.team.slug, "kind": "monolith", "visibility": "internal"},
        prepare=discovered,
    ),
    Row("discovery:discovered-fetch", "POST", concerned(303), named(**ONE), prepare=fetchable),
    decision("publish"),
    decision("ignore", reason="Not ours"),
    decision("retire", missing, reason="Gone"),
    decision("match", with_service, service="core"),
    decision("pin", matched),
    decision("part", matched),
    decision("restore", ignored),
]
