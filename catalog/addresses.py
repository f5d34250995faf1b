"""Where the pages of the catalog are, as paths: what REST answers and search results link to.

Slugs and version names need no escaping in a path by their rules; the slug of an operation is made the same way.
"""

from catalog.search.values import API, OPERATION, PAGE, SERVICE, Result


def api_page(api: str, version: str = "") -> str:
    """The page of an API, of one of its versions when given."""
    return f"/apis/{api}/versions/{version}/" if version else f"/apis/{api}/"


def operation_page(api: str, version: str, operation: str) -> str:
    return f"/apis/{api}/versions/{version}/operations/{operation}/"


def service_page(service: str) -> str:
    return f"/services/{service}/"


def documentation_page(kind: str, entry: str, page: str) -> str:
    """The page of Markdown; ``kind`` is api or service."""
    return f"/{kind}s/{entry}/docs/{page}/"


def group_page(kind: str, slug: str) -> str:
    """The page of a team, a domain or a system."""
    return f"/{kind}s/{slug}/"


def result_page(result: Result) -> str:
    """The page a search result leads to."""
    match result.kind:
        case kind if kind == API:
            return api_page(result.name)
        case kind if kind == OPERATION:
            return operation_page(result.api, result.version, result.operation)
        case kind if kind == SERVICE:
            return service_page(result.name)
        case kind if kind == PAGE:
            return documentation_page(result.parent_kind, result.parent, result.name)
    return group_page(result.kind, result.name)
