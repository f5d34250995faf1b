"""The rows of the catalog's pages. What they show is internal and owned by the first team, as in the REST rows."""

from tests.contracts.matrix import Row, page
from tests.contracts.matrix_catalog import api, domain, environment, named, service, system
from tests.factories.catalog import as_bytes, make_domain, openapi
from tests.personas import Cast

# Tokens open no page: whoever has only one is nobody there, and an internal entry is not there for nobody.
NOBODY = dict.fromkeys(("anonymous", "token_read", "token_publish", "token_revoked", "token_expired"), 404)
_TEAM = ("member", "maintainer", "administrator")
READ = page(200, **NOBODY)
ADMINISTRATORS = page(403, administrator=200)

API_NAME = named(slug="payments-api")
VERSION = named(slug="payments-api", version="1.0.0")
OPERATION = named(slug="payments-api", operation="getPayment")
PAGE = named(slug="payments-api", page="documentation")
SERVICE_NAME, SERVICE_PAGE = named(slug="ledger"), named(slug="ledger", page="documentation")
PAGE_FORM = {"title": "Start", "body": "# Start here"}


def team_only(status: int) -> dict[str, int]:
    """The answers of a form about an internal entry: 403 for people who see it and may not change it."""
    return page(403, **NOBODY, **dict.fromkeys(_TEAM, status))


def publishers(status: int) -> dict[str, int]:
    """The answers where everybody who publishes for some team is let in."""
    return page(403, **dict.fromkeys((*_TEAM, "stranger"), status))


def entry_form(cast: Cast) -> dict:
    return {"title": "New", "owner": cast.team.slug, "visibility": "internal"}


def service_form(cast: Cast) -> dict:
    return {**entry_form(cast), "kind": "saas", "lifecycle": "published"}


def new_service_form(cast: Cast) -> dict:
    return {**service_form(cast), "name": "ledger"}


def publish_form(cast: Cast) -> dict:
    document = as_bytes(openapi("3.0.0")).decode()
    return {"document": document, "name": "payments-api", "lifecycle": "published", "action": "publish"}


def lifecycle_form(cast: Cast) -> dict:
    return {"lifecycle": "deprecated", "sunset": "2030-12-31"}


def instances_form(cast: Cast) -> dict:
    return {
        "instances-TOTAL_FORMS": "1",
        "instances-INITIAL_FORMS": "0",
        "instances-0-environment": "production",
        "instances-0-url": "https://new.example.com",
    }


def empty_domain(cast: Cast) -> None:
    make_domain("cards")


def grouping_form(cast: Cast) -> dict:
    return {"title": "New", "owner": cast.team.slug, "position": 10}


def grouping_rows(noun: str, prepare: object, slug: str, **others: int) -> list[Row]:
    """``others``: the statuses of those besides administrators who manage the one that exists."""
    one = named(slug=slug)
    saved = page(403, administrator=303)
    shown = ADMINISTRATORS | dict.fromkeys(others, 200)
    changed = saved | others
    return [
        Row(f"catalog:{noun}-list", "GET", ADMINISTRATORS),
        Row(f"catalog:{noun}-new", "GET", ADMINISTRATORS),
        Row(f"catalog:{noun}-new", "POST", saved, body=lambda cast: {**grouping_form(cast), "slug": "another"}),
        Row(f"catalog:{noun}-edit", "GET", shown, one, prepare=prepare),
        Row(f"catalog:{noun}-edit", "POST", changed, one, grouping_form, prepare=prepare),
        Row(f"catalog:{noun}-delete", "GET", shown, one, prepare=prepare),
        Row(f"catalog:{noun}-delete", "POST", changed, one, prepare=prepare),
    ]


ROWS = [
    Row("catalog:publish", "GET", publishers(200)),
    Row("catalog:publish", "POST", publishers(303) | {"stranger": 422}, body=publish_form, prepare=api),
    Row("catalog:api-detail", "GET", READ, API_NAME, prepare=api),
    Row("catalog:api-operations", "GET", READ, API_NAME, prepare=api),
    Row("catalog:operation-detail", "GET", READ, OPERATION, prepare=api),
    Row(
        "catalog:version-operation",
        "GET",
        READ,
        named(slug="payments-api", version="1.0.0", operation="getPayment"),
        prepare=api,
    ),
    Row("catalog:api-docs", "GET", READ, API_NAME, prepare=api),
    Row("catalog:api-instances", "GET", READ, API_NAME, prepare=api),
    Row("catalog:api-versions", "GET", READ, API_NAME, prepare=api),
    Row("catalog:api-edit", "GET", team_only(200), API_NAME, prepare=api),
    Row("catalog:api-edit", "POST", team_only(303), API_NAME, entry_form, prepare=api),
    Row("catalog:version-detail", "GET", READ, VERSION, prepare=api),
    Row("catalog:version-edit", "GET", team_only(200), VERSION, prepare=api),
    Row("catalog:version-edit", "POST", team_only(303), VERSION, lifecycle_form, prepare=api),
    Row("catalog:version-instances", "GET", team_only(200), VERSION, prepare=api),
    Row("catalog:version-instances", "POST", team_only(303), VERSION, instances_form, prepare=api),
    Row("catalog:version-findings", "GET", READ, VERSION, prepare=api),
    Row("catalog:swagger-ui", "GET", READ, VERSION, prepare=api),
    Row("catalog:specification", "GET", READ, VERSION, prepare=api),
    Row("catalog:documentation-page", "GET", READ, PAGE, prepare=api),
    Row("catalog:documentation-new", "GET", team_only(200), API_NAME, prepare=api),
    Row("catalog:documentation-new", "POST", team_only(303), API_NAME, lambda cast: PAGE_FORM, prepare=api),
    Row("catalog:documentation-edit", "GET", team_only(200), PAGE, prepare=api),
    Row("catalog:documentation-edit", "POST", team_only(303), PAGE, lambda cast: PAGE_FORM, prepare=api),
    Row("catalog:documentation-delete", "GET", team_only(200), PAGE, prepare=api),
    Row("catalog:documentation-delete", "POST", team_only(303), PAGE, prepare=api),
    Row("catalog:service-new", "GET", publishers(200)),
    Row("catalog:service-new", "POST", publishers(303) | {"stranger": 422}, body=new_service_form),
    Row("catalog:service-detail", "GET", READ, SERVICE_NAME, prepare=service),
    Row("catalog:service-edit", "GET", team_only(200), SERVICE_NAME, prepare=service),
    Row("catalog:service-edit", "POST", team_only(303), SERVICE_NAME, service_form, prepare=service),
    Row("catalog:service-page", "GET", READ, SERVICE_PAGE, prepare=service),
    Row("catalog:service-page-new", "GET", team_only(200), SERVICE_NAME, prepare=service),
    Row("catalog:service-page-new", "POST", team_only(303), SERVICE_NAME, lambda cast: PAGE_FORM, prepare=service),
    Row("catalog:service-page-edit", "GET", team_only(200), SERVICE_PAGE, prepare=service),
    Row("catalog:service-page-edit", "POST", team_only(303), SERVICE_PAGE, lambda cast: PAGE_FORM, prepare=service),
    Row("catalog:service-page-delete", "GET", team_only(200), SERVICE_PAGE, prepare=service),
    Row("catalog:service-page-delete", "POST", team_only(303), SERVICE_PAGE, prepare=service),
    Row("catalog:entry-choices", "GET", page(200), query="?kind=api&field=provides&find_provides=pay"),
    Row("catalog:team-entries", "GET", READ, lambda cast: {"slug": cast.team.slug}),
    # A domain without anything public is not there for who is not signed in.
    Row("catalog:domain-detail", "GET", READ, named(slug="cards"), prepare=empty_domain),
    Row("catalog:system-detail", "GET", READ, named(slug="core"), prepare=system),
    *grouping_rows("domain", domain, "cards"),
    *grouping_rows("environment", environment, "staging"),
    # The maintainers of the team that owns a system manage it.
    *grouping_rows("system", system, "core", maintainer=303),
]
