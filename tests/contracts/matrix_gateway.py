"""The rows of gateways, their routes and their traffic. The first team owns the API and maintains the gateway; the
application is the other team's."""

from typing import Any

from gateway.models import Route
from marketplace.models import Application
from tests.contracts.matrix import Row, everybody, page, rest
from tests.contracts.matrix_catalog import named
from tests.contracts.matrix_marketplace import subscribed
from tests.contracts.matrix_marketplace_keys import an_application_page, both_page
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

ROUTE_FORM = {
    "gateway_path": "/payments", "upstream": "https://192.0.9.1", "connect_seconds": 5, "timeout_seconds": 15,
    "retries": 0, "balancing": "random", "max_connections": 1, "max_pending_requests": 1, "max_requests": 1,
    "outlier_errors": 0, "outlier_ejection_seconds": 30, "max_body_bytes": 1000,
}  # fmt: skip
GATEWAY_FORM = {"title": "The edge", "url": "https://edge.example.com"}
EDGE_PAGE = named(slug="edge")


def of_the_route(cast: Cast) -> dict[str, Any]:
    return {"slug": "payments-api", **the_route(cast)}


def page_of_administrators(status: int) -> dict[str, int]:
    return page(403, administrator=status)


def page_of_maintainers(status: int) -> dict[str, int]:
    return page(403, member=status, maintainer=status, administrator=status)


NEW = named(slug="payments-api", version="1.0.0")
PAGES = [
    Row("gateway:gateway-list", "GET", page(200), prepare=gateway),
    Row("gateway:gateway-detail", "GET", page(200), EDGE_PAGE, prepare=gateway),
    Row("gateway:gateway-new", "GET", page_of_administrators(200)),
    Row("gateway:gateway-new", "POST", page_of_administrators(200), body=lambda cast: {"slug": "edge", **GATEWAY_FORM}),
    Row("gateway:gateway-edit", "GET", page_of_administrators(200), EDGE_PAGE, prepare=gateway),
    Row(
        "gateway:gateway-edit",
        "POST",
        page_of_administrators(303),
        EDGE_PAGE,
        lambda cast: GATEWAY_FORM,
        prepare=gateway,
    ),
    Row("gateway:gateway-token", "GET", page_of_administrators(200), EDGE_PAGE, prepare=gateway),
    Row("gateway:gateway-token", "POST", page_of_administrators(200), EDGE_PAGE, prepare=gateway),
    Row("gateway:gateway-remove", "GET", page_of_administrators(200), EDGE_PAGE, prepare=gateway),
    Row("gateway:gateway-remove", "POST", page_of_administrators(303), EDGE_PAGE, prepare=gateway),
    Row("gateway:api-routes", "GET", page(200), named(slug="payments-api"), prepare=routed),
    Row("gateway:route-new", "GET", page_of_maintainers(200), NEW, prepare=routed),
    Row(
        "gateway:route-new",
        "POST",
        page_of_maintainers(303),
        NEW,
        lambda cast: {**ROUTE_FORM, "environment": "production", "gateway_path": "/payments/more"},
        prepare=routed,
    ),
    Row("gateway:route-edit", "GET", page_of_maintainers(200), of_the_route, prepare=routed),
    Row("gateway:route-edit", "POST", page_of_maintainers(303), of_the_route, lambda cast: ROUTE_FORM, prepare=routed),
    Row("gateway:route-remove", "GET", page_of_maintainers(200), of_the_route, prepare=routed),
    Row("gateway:route-remove", "POST", page_of_maintainers(303), of_the_route, prepare=routed),
    # Who may not see the figures is told who does.
    Row("gateway:api-traffic", "GET", page(200), named(slug="payments-api"), prepare=subscribed),
    Row("gateway:application-usage", "GET", both_page(200), an_application_page, prepare=subscribed),
]

ROWS = [*REST, *PAGES]
