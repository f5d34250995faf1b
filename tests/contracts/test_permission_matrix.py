"""Every URL, method and persona has its answer written down; a URL that nobody listed fails."""

from collections.abc import Iterator
from inspect import getclosurevars

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.contracts import (
    matrix_accounts,
    matrix_catalog,
    matrix_catalog_pages,
    matrix_console,
    matrix_discovery,
    matrix_discovery_pages,
    matrix_gateway,
    matrix_marketplace,
    matrix_marketplace_keys,
    matrix_marketplace_pages,
    matrix_notices,
    matrix_portal,
)
from tests.contracts.matrix import Row
from tests.personas import Cast

ROOMS = [
    matrix_accounts,
    matrix_catalog,
    matrix_catalog_pages,
    matrix_console,
    matrix_discovery,
    matrix_discovery_pages,
    matrix_gateway,
    matrix_marketplace,
    matrix_marketplace_keys,
    matrix_marketplace_pages,
    matrix_notices,
    matrix_portal,
]
ROWS = [row for room in ROOMS for row in room.ROWS]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def urls(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from urls(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


def methods(pattern: URLPattern) -> list[str]:
    """What the view answers: a class by its handlers, a function by Django's ``require_http_methods`` around it."""
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    if view is not None:
        return [method for method in METHODS if hasattr(view, method.lower())]
    accepted = getclosurevars(pattern.callback).nonlocals.get("request_method_list")
    assert accepted is not None, f"{pattern.name}: put require_http_methods outermost"
    return [method for method in METHODS if method in accepted]


def test_it_lists_every_url_and_method_once():
    served = {(name, method) for name, pattern in urls(get_resolver().url_patterns) for method in methods(pattern)}
    listed = [(row.name, row.method) for row in ROWS]
    assert served - set(listed) == set(), "add rows to tests/contracts/matrix_<room>.py"
    assert set(listed) - served == set(), "these rows are for nothing that is served"
    assert len(listed) == len(set(listed))


def send(client: Client, row: Row, cast: Cast) -> int:
    row.prepare(cast)
    url = reverse(row.name, kwargs=dict(row.kwargs(cast))) + row.query
    if row.method == "GET":
        return client.get(url).status_code
    content = {"content_type": "application/json"} if url.startswith("/api/") else {}
    return getattr(client, row.method.lower())(url, dict(row.body(cast)), **content).status_code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_it_gives_every_persona_the_answer_that_is_written_down(row, cast):
    answers = {}
    for name in row.answers:
        # Each persona finds the world as it was.
        with transaction.atomic():
            answers[name] = send(cast.client(name), row, cast)
            transaction.set_rollback(True)
    assert answers == row.answers


# What knows no sessions has no need of the token.
WRITES = [row for row in ROWS if row.method != "GET" and row.answers["administrator"] != 401]


@pytest.mark.parametrize("row", WRITES, ids=lambda row: row.id)
def test_it_refuses_writes_of_a_session_without_the_csrf_token(row, cast):
    assert send(cast.client("administrator", enforce_csrf_checks=True), row, cast) == 403
