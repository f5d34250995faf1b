"""The rows of the catalog. What is read here is internal and owned by the first team: a row shows who is let in."""

from collections.abc import Callable
from typing import Any

from tests.contracts.matrix import Row, public_rest, rest
from tests.factories.catalog import make_api, make_domain, make_environment, make_service, make_system, openapi
from tests.personas import Cast

# Anybody may ask for an internal entry, and whoever is not signed in is told that there is none.
READ = public_rest(200, anonymous=404)
# A write is refused to strangers and viewers by permission, to nobody by sign-in.
MEMBERS = {"member": 200, "maintainer": 200, "administrator": 200, "token_publish": 200}
LIST = public_rest(200)
SIGNED_IN = rest(200)


def members(status: int = 200) -> dict[str, int]:
    """The answers of a write that the owning team and administrators may do."""
    return rest(403, **dict.fromkeys(MEMBERS, status))


def administrators(status: int) -> dict[str, int]:
    return rest(403, administrator=status)


def named(**names: str) -> Callable[[Cast], dict[str, str]]:
    return lambda cast: names


def api(cast: Cast) -> None:
    make_environment("production")
    instances = [{"environment": "production", "url": "https://api.example.com"}]
    make_api("payments-api", owner=cast.team, docs="# Start", instances=instances)


def service(cast: Cast) -> None:
    make_service("ledger", owner=cast.team, docs="# Start")


def domain(cast: Cast) -> None:
    make_domain("cards")


def system(cast: Cast) -> None:
    make_system("core", owner=cast.team.slug)


def environment(cast: Cast) -> None:
    make_environment("staging")


def body(**members: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: members


API = named(api="payments-api")
VERSION = named(api="payments-api", version="1.0.0")
OPERATION = named(api="payments-api", version="1.0.0", operation="getPayment")
SERVICE = named(service="ledger")
API_PAGES, API_PAGE = named(entry="payments-api"), named(entry="payments-api", page="documentation")
SERVICE_PAGES, SERVICE_PAGE = named(entry="ledger"), named(entry="ledger", page="documentation")
DOMAIN, SYSTEM, ENVIRONMENT = named(domain="cards"), named(system="core"), named(environment="staging")
PAGE_BODY = body(title="Start", body="# Start here")

ROWS = [
    Row("rest:catalog:search", "GET", LIST, query="?q=payments"),
    Row("rest:catalog:api-list", "GET", LIST),
    Row("rest:catalog:api-detail", "GET", READ, API, prepare=api),
    Row("rest:catalog:api-detail", "PATCH", members(), API, body(title="New"), prepare=api),
    Row("rest:catalog:api-page-list", "GET", READ, API_PAGES, prepare=api),
    Row("rest:catalog:api-page-detail", "GET", READ, API_PAGE, prepare=api),
    Row("rest:catalog:api-page-detail", "PUT", members(), API_PAGE, PAGE_BODY, prepare=api),
    Row("rest:catalog:api-page-detail", "DELETE", members(204), API_PAGE, prepare=api),
    Row("rest:catalog:version-list", "GET", READ, API, prepare=api),
    Row("rest:catalog:version-detail", "GET", READ, VERSION, prepare=api),
    Row("rest:catalog:version-detail", "PATCH", members(), VERSION, body(changelog="New"), prepare=api),
    Row(
        "rest:catalog:version-detail",
        "PUT",
        members(201),
        named(api="payments-api", version="2.0.0"),
        lambda cast: openapi("2.0.0"),
        prepare=api,
    ),
    Row("rest:catalog:specification", "GET", READ, VERSION, prepare=api),
    Row("rest:gateway:instance-list", "GET", READ, VERSION, prepare=api),
    Row("rest:catalog:operation-list", "GET", READ, VERSION, prepare=api),
    Row("rest:catalog:operation-detail", "GET", READ, OPERATION, prepare=api),
    Row("rest:catalog:service-list", "GET", LIST),
    # Everybody who publishes may add one for their own team.
    Row(
        "rest:catalog:service-list",
        "POST",
        members(201) | {"stranger": 403},
        body=body(slug="ledger", owner="payments"),
    ),
    Row("rest:catalog:service-detail", "GET", READ, SERVICE, prepare=service),
    Row("rest:catalog:service-detail", "PATCH", members(), SERVICE, body(title="New"), prepare=service),
    Row("rest:catalog:service-page-list", "GET", READ, SERVICE_PAGES, prepare=service),
    Row("rest:catalog:service-page-detail", "GET", READ, SERVICE_PAGE, prepare=service),
    Row("rest:catalog:service-page-detail", "PUT", members(), SERVICE_PAGE, PAGE_BODY, prepare=service),
    Row("rest:catalog:service-page-detail", "DELETE", members(204), SERVICE_PAGE, prepare=service),
    Row("rest:catalog:domain-list", "GET", SIGNED_IN),
    Row("rest:catalog:domain-list", "POST", administrators(201), body=body(slug="cards")),
    Row("rest:catalog:domain-detail", "GET", SIGNED_IN, DOMAIN, prepare=domain),
    Row("rest:catalog:domain-detail", "PATCH", administrators(200), DOMAIN, body(title="New"), prepare=domain),
    Row("rest:catalog:domain-detail", "DELETE", administrators(204), DOMAIN, prepare=domain),
    Row("rest:catalog:system-list", "GET", SIGNED_IN),
    Row(
        "rest:catalog:system-list",
        "POST",
        rest(403, maintainer=201, administrator=201),
        body=body(slug="core", owner="payments"),
    ),
    Row("rest:catalog:system-detail", "GET", SIGNED_IN, SYSTEM, prepare=system),
    Row(
        "rest:catalog:system-detail",
        "PATCH",
        rest(403, maintainer=200, administrator=200),
        SYSTEM,
        body(title="New"),
        prepare=system,
    ),
    Row("rest:catalog:system-detail", "DELETE", rest(403, maintainer=204, administrator=204), SYSTEM, prepare=system),
    Row("rest:catalog:environment-list", "GET", SIGNED_IN),
    Row("rest:catalog:environment-list", "POST", administrators(201), body=body(slug="staging")),
    Row("rest:catalog:environment-detail", "GET", SIGNED_IN, ENVIRONMENT, prepare=environment),
    Row(
        "rest:catalog:environment-detail",
        "PATCH",
        administrators(200),
        ENVIRONMENT,
        body(title="New"),
        prepare=environment,
    ),
    Row("rest:catalog:environment-detail", "DELETE", administrators(204), ENVIRONMENT, prepare=environment),
]
