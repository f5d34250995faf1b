"""The lists that belong to one API or service, all in one statement.

Written as SQL because this is the most frequent read of all: composing the same statement from querysets takes longer
than the database needs to answer it. Visibility is the rule of ``catalog.search.scope``.
"""

from typing import Any

import orjson
from django.db import connection

from accounts.actor import Actor
from catalog.models import API, Service
from catalog.search.scope import SCOPE_SQL, scopes_of

_MAY_KNOW = f"(%(scopes)s::bigint[] IS NULL OR {SCOPE_SQL} = ANY(%(scopes)s::bigint[]))"


def _array(value: str, order: str, source: str) -> str:
    return f"(SELECT coalesce(jsonb_agg({value} ORDER BY {order}), '[]') FROM {source})"  # noqa: S608 - texts of ours


def _own(table: str, column: str, second: str) -> str:
    value = f"jsonb_build_object('title', own.title, '{second}', own.{second})"
    return _array(value, "own.position, own.id", f"{table} AS own WHERE own.{column} = %(id)s")


def _tags(table: str, column: str) -> str:
    source = f"{table} AS own JOIN catalog_tag AS tag ON tag.id = own.tag_id WHERE own.{column} = %(id)s"
    return _array("tag.name", "tag.name", source)


def _related(table: str, column: str, entries: str, other: str) -> str:
    """The entries on the other side of a many-to-many table that the actor may know of."""
    value = "jsonb_build_object('slug', entry.slug, 'title', entry.title)"
    source = f"{table} AS own JOIN {entries} AS entry ON entry.id = own.{other}"
    return _array(value, "entry.title, entry.id", f"{source} WHERE own.{column} = %(id)s AND {_MAY_KNOW}")


def _statement(lists: dict[str, str]) -> str:
    members = ", ".join(f"'{name}', {sql}" for name, sql in lists.items())
    return f"SELECT jsonb_build_object({members})"


_DEPENDS = "catalog_service_depends_on"
_STATEMENTS = {
    API: _statement(
        {
            "tag_names": _tags("catalog_api_tags", "api_id"),
            "link_values": _own("catalog_link", "api_id", "url"),
            "page_values": _own("catalog_documentationpage", "api_id", "slug"),
            "provider_values": _related("catalog_service_provides", "api_id", "catalog_service", "service_id"),
            "consumer_values": _related("catalog_service_consumes", "api_id", "catalog_service", "service_id"),
        }
    ),
    Service: _statement(
        {
            "tag_names": _tags("catalog_service_tags", "service_id"),
            "link_values": _own("catalog_link", "service_id", "url"),
            "page_values": _own("catalog_documentationpage", "service_id", "slug"),
            "provides_values": _related("catalog_service_provides", "service_id", "catalog_api", "api_id"),
            "consumes_values": _related("catalog_service_consumes", "service_id", "catalog_api", "api_id"),
            "depends_on_values": _related(_DEPENDS, "from_service_id", "catalog_service", "to_service_id"),
            "depended_on_by_values": _related(_DEPENDS, "to_service_id", "catalog_service", "from_service_id"),
        }
    ),
}


def lists_of(actor: Actor, entry: API | Service) -> dict[str, Any]:
    """The lists of a visible entry by name, as plain values in their order; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS[type(entry)], {"id": entry.pk, "scopes": scopes_of(actor)})
        return orjson.loads(cursor.fetchone()[0])
