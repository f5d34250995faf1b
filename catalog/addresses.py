"""Where the pages of the catalog are, as paths: what REST answers and search results link to.

Slugs and version names need no escaping in a path by their rules; the slug of an operation is made the same way.
"""


def api_page(api: str, version: str = "") -> str:
    """The page of an API, of one of its versions when given."""
    return f"/apis/{api}/versions/{version}" if version else f"/apis/{api}"


def operation_page(api: str, version: str, operation: str) -> str:
    return f"/apis/{api}/versions/{version}/operations/{operation}"


def service_page(service: str) -> str:
    return f"/services/{service}"


def documentation_page(kind: str, entry: str, page: str) -> str:
    """The page of Markdown; ``kind`` is api or service."""
    return f"/{kind}s/{entry}/docs/{page}"


def group_page(kind: str, slug: str) -> str:
    """The page of a team, a domain or a system."""
    return f"/{kind}s/{slug}"
