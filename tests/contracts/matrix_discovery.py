"""The rows of discovery over REST. The source and what it discovered belong to the first team: its publishers look
after it, strangers do not learn that it exists, and tokens change nothing without the scope discovery."""

from collections.abc import Callable
from typing import Any

from catalog.models import Service
from discovery.models import DiscoveredService, PublicationRule, Source
from tests.contracts.matrix import Row, rest
from tests.contracts.matrix_catalog import body, named
from tests.factories.catalog import make_environment, make_service
from tests.factories.discovery import make_discovered, make_held_run, make_run, make_source
from tests.personas import Cast

_STRANGERS = {"viewer": 404, "stranger": 404}
_CARETAKERS = ("member", "maintainer", "administrator", "token_discovery")

KNOWN = rest(200, token_discovery=200)
READ = KNOWN | _STRANGERS


def administrators(status: int) -> dict[str, int]:
    return rest(403, administrator=status, token_discovery=status)


def caretakers(status: int) -> dict[str, int]:
    return rest(403, **_STRANGERS, **dict.fromkeys(_CARETAKERS, status))


MANAGE = administrators(200) | _STRANGERS
DECIDE = caretakers(200)


def source(cast: Cast) -> None:
    make_run(make_source("cluster", owner=cast.team))


def held(cast: Cast) -> None:
    make_held_run(make_source("cluster", owner=cast.team))


def environment(cast: Cast) -> None:
    make_environment("production")


def discovered(cast: Cast, state: str = "new", service: Service | None = None) -> None:
    found = make_source("cluster", owner=cast.team)
    make_discovered(found, state, name="ledger", service=service, proposed_owner=cast.team)


def fetchable(cast: Cast) -> None:
    discovered(cast)
    Source.objects.update(kind="kubernetes")


def with_service(cast: Cast) -> None:
    make_service("ledger", owner=cast.team)
    discovered(cast)


def matched(cast: Cast) -> None:
    discovered(cast, "matched", make_service("ledger", owner=cast.team))


def ignored(cast: Cast) -> None:
    discovered(cast, "ignored")


def rule(cast: Cast) -> None:
    PublicationRule.objects.create(name="cards", selector={"namespaces": ["cards"]})


def it(cast: Cast) -> dict[str, int]:
    return {"discovered": DiscoveredService.objects.get().pk}


def its_id(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"ids": [DiscoveredService.objects.get().pk], **more}


SOURCE, RUN, RULE = named(source="cluster"), named(source="cluster", number=1), named(rule="cards")
NEW_SOURCE = body(
    name="cluster",
    kind="manifests",
    environment="production",
    configuration={"upload": {"name": "shop.yaml", "content": "a2luZDogU2VydmljZQo="}},
)
NEW_RULE = body(name="cards", selector={"namespaces": ["cards"]}, action="ignore")
REASON = body(reason="Not ours")

ROWS = [
    Row("rest:discovery:connector-list", "GET", KNOWN),
    Row("rest:discovery:source-list", "GET", KNOWN),
    Row("rest:discovery:source-list", "POST", administrators(201), body=NEW_SOURCE, prepare=environment),
    Row("rest:discovery:source-check-new", "POST", administrators(200), body=NEW_SOURCE, prepare=environment),
    Row("rest:discovery:source-detail", "GET", READ, SOURCE, prepare=source),
    Row("rest:discovery:source-detail", "PATCH", MANAGE, SOURCE, body(schedule_seconds=60), prepare=source),
    Row("rest:discovery:source-check", "POST", MANAGE, SOURCE, prepare=source),
    Row("rest:discovery:source-pause", "POST", MANAGE, SOURCE, prepare=source),
    Row("rest:discovery:source-resume", "POST", MANAGE, SOURCE, prepare=source),
    Row("rest:discovery:run-list", "GET", READ, SOURCE, prepare=source),
    Row("rest:discovery:run-list", "POST", caretakers(202), SOURCE, prepare=source),
    Row("rest:discovery:run-detail", "GET", READ, RUN, prepare=source),
    Row("rest:discovery:problem-list", "GET", READ, RUN, prepare=source),
    Row("rest:discovery:loss-confirm", "POST", DECIDE, RUN, prepare=held),
    Row("rest:discovery:loss-reject", "POST", DECIDE, RUN, prepare=held),
    Row("rest:discovery:discovered-list", "GET", KNOWN, prepare=discovered),
    Row("rest:discovery:mesh-posture", "GET", KNOWN, query="?by=team", prepare=discovered),
    Row("rest:discovery:discovered-detail", "GET", READ, it, prepare=discovered),
    Row("rest:discovery:discovered-detail", "PATCH", DECIDE, it, body(kind="legacy"), prepare=discovered),
    Row("rest:discovery:discovered-publish", "POST", DECIDE, it, prepare=discovered),
    Row("rest:discovery:discovered-ignore", "POST", DECIDE, it, REASON, prepare=discovered),
    Row("rest:discovery:discovered-retire", "POST", DECIDE, it, REASON, prepare=discovered),
    Row("rest:discovery:discovered-merge", "POST", DECIDE, it, body(service="ledger"), prepare=with_service),
    Row("rest:discovery:discovered-part", "POST", DECIDE, it, prepare=matched),
    Row("rest:discovery:discovered-restore", "POST", DECIDE, it, prepare=ignored),
    Row("rest:discovery:discovered-fetch", "POST", caretakers(202), it, prepare=fetchable),
    # What somebody may not know of cannot be named.
    Row(
        "rest:discovery:discovered-publish-many",
        "POST",
        DECIDE | {"viewer": 400, "stranger": 400},
        body=its_id(),
        prepare=discovered,
    ),
    Row(
        "rest:discovery:discovered-ignore-many",
        "POST",
        DECIDE | {"viewer": 400, "stranger": 400},
        body=its_id(reason="Not ours"),
        prepare=discovered,
    ),
    Row("rest:discovery:rule-list", "GET", KNOWN),
    Row("rest:discovery:rule-list", "POST", administrators(201), body=NEW_RULE),
    Row("rest:discovery:rule-preview-new", "POST", administrators(200), body=body(action="ignore")),
    Row("rest:discovery:rule-detail", "GET", KNOWN, RULE, prepare=rule),
    Row("rest:discovery:rule-detail", "PATCH", administrators(200), RULE, body(position=1), prepare=rule),
    Row("rest:discovery:rule-detail", "DELETE", administrators(204), RULE, prepare=rule),
    Row("rest:discovery:rule-preview", "POST", administrators(200), RULE, prepare=rule),
]
