"""The rows of gateways, their routes and their traffic. The first team owns the API and maintains the gateway; the
application is the other team's."""

from typing import Any

from gateway.models import Route
from marketplace.models import Application
from tests.contracts.matrix import Row, everybody, rest
from tests.contracts.matrix_catalog import named
from tests.factories.catalog import make_api, make_environment
from tests.factories.gateway import make_gateway, make_route
from tests.factories.marketplace import make_application
from tests.personas import Cast

KNOWN = rest(200)


def administrators(status: int) -> dict[str, int]:
    return rest(403, administrator=status)


def maintainers(status: int) -> dict[str, int]:
    """Members of the team that maintains the gateway; the role of a publisher is not asked for."""
    return rest(403, member=status, maintainer=status, administrator=status)


def gateway(cast: Cast) -> None:
    make_gateway("edge", team=cast.team)


def routed(cast: Cast) -> None:
    gateway(cast)
    make_environment("production")
    api = make_api("payments-api", owner=cast.team)
    make_route(api.current_version, path="/payments")


def application(cast: Cast) -> None:
    make_environment("production")
    make_application("Ledger", team=cast.other_team)


def the_route(_cast: Cast) -> dict[str, Any]:
    return {"route": Route.objects.get().public_id}


EDGE = named(gateway="edge")
VERSION = named(api="payments-api", version="1.0.0")
NEW_ROUTE = {"environment": "production", "upstream": "https://192.0.9.1", "gateway_path": "/payments/more"}

REST = [
    Row("rest:gateway:agent-changes", "GET", everybody(401)),
    Row("rest:gateway:agent-report", "POST", everybody(401)),
    Row("rest:gateway:agent-usage", "POST", everybody(401)),
    Row("rest:gateway:gateway-list", "GET", KNOWN, prepare=gateway),
    Row(
        "rest:gateway:gateway-list",
        "POST",
        administrators(201),
        body=lambda cast: {"slug": "second", "url": "https://second.example.com"},
    ),
    Row("rest:gateway:gateway-detail", "GET", KNOWN, EDGE, prepare=gateway),
    Row(
        "rest:gateway:gateway-detail",
        "PATCH",
        administrators(200),
        EDGE,
        lambda cast: {"title": "The edge"},
        prepare=gateway,
    ),
    Row("rest:gateway:gateway-detail", "DELETE", administrators(204), EDGE, prepare=gateway),
    Row("rest:gateway:gateway-token", "POST", administrators(200), EDGE, prepare=gateway),
    Row("rest:gateway:instance-list", "POST", maintainers(201), VERSION, lambda cast: NEW_ROUTE, prepare=routed),
    Row("rest:gateway:route-list", "GET", KNOWN, named(api="payments-api"), prepare=routed),
    Row("rest:gateway:route-detail", "GET", KNOWN, the_route, prepare=routed),
    Row("rest:gateway:route-detail", "PATCH", maintainers(200), the_route, lambda cast: {"retries": 1}, prepare=routed),
    Row("rest:gateway:route-detail", "DELETE", maintainers(204), the_route, prepare=routed),
    Row(
        "rest:gateway:api-usage",
        "GET",
        rest(403, member=200, maintainer=200, administrator=200, token_read=200, token_publish=200),
        named(api="payments-api"),
        prepare=routed,
    ),
    Row(
        "rest:gateway:application-usage",
        "GET",
        rest(404, stranger=200, administrator=200),
        lambda cast: {"application": Application.objects.get().public_id},
        prepare=application,
    ),
]

ROWS = [*REST]
