"""The statements that write search documents: set-based, each narrowed to some rows or for all of them.

The lexemes are described in ``catalog.search.lexemes``, the functions are made by the migrations 0003 and 0006.
"""

from catalog.search.sample import is_sampled
from catalog.search.scope import INTERNAL, SCOPE_SQL

#: Where a statement says which rows it is for; see :func:`narrowed`.
WHICH = "/* which */"

_SHARED = "scope, owner_key, domain_key, system_key, lifecycle, sort_title, title_words, rank, vector, sampled"
_ENTRY_ONLY = (
    "kind, object_id, name, title, description, version, sunset_on, parent_kind, parent_name,"
    " service_kind, operation_count, updated_at, published_at, words_due"
)
_ENTRY_COLUMNS = f"{_SHARED}, tag_keys, environment_keys, format, {_ENTRY_ONLY}"

_OVERWRITE = ", ".join(
    f"{column} = EXCLUDED.{column}"
    for column in f"{_SHARED}, tag_keys, environment_keys, format, {_ENTRY_ONLY}".split(", ")
    if column not in {"kind", "object_id"}
)

_ON_CONFLICT = f"ON CONFLICT (kind, object_id) DO UPDATE SET {_OVERWRITE}"

_TITLE_KEYS = "ARRAY[search_words({title}), replace(search_words({title}), ' ', ''), lower({slug})]"


def _vector(title: str, slug: str, names: str, groups: str, text: str, values: str, owner: str = "''") -> str:
    keys = _TITLE_KEYS.format(title=title, slug=slug)
    return f"""
        search_stems(concat_ws(' ', {title}, {slug}), 'A')
        || search_stems({names}, 'B') || search_stems({groups}, 'C') || search_stems({text}, 'D')
        || search_marked('^', tsvector_to_array(search_stems(concat_ws(' ', {title}, {slug}), 'A')))
        || search_marked('@', tsvector_to_array(search_stems({owner}, 'C'))) || search_marked('=', {keys})
        || search_values({values})"""


_API_TEXT = "concat_ws(' ', entry.description, version.description)"


def _title_words(title: str) -> str:
    return f"least(cardinality(string_to_array(search_words({title}), ' ')), 999)"


_LIFECYCLE_RANK = (
    "CASE entry.lifecycle WHEN 'published' THEN 600 WHEN 'deprecated' THEN 300 WHEN 'draft' THEN 200 ELSE 50 END"
)

_ENTRY_JOINS = """
    LEFT JOIN accounts_team AS owner ON owner.id = entry.owner_id
    LEFT JOIN catalog_domain AS domain ON domain.id = entry.domain_id
    LEFT JOIN catalog_system AS system ON system.id = entry.system_id"""

_GROUP_TITLES = "concat_ws(' ', domain.title, system.title)"
_OWNER = "owner.title"
_IN_GROUPS = "entry.owner_id, entry.domain_id, entry.system_id"


def _tags(table: str, column: str) -> str:
    return f"""
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(tag.id ORDER BY tag.id), '{{}}') AS keys, string_agg(tag.name, ' ') AS names
      FROM {table} AS tagging JOIN catalog_tag AS tag ON tag.id = tagging.tag_id
      WHERE tagging.{column} = entry.id
    ) AS tags"""


_API_VALUES = f"{_IN_GROUPS}, tags.keys, environments.keys, entry.lifecycle, entry.format"
_SERVICE_TEXT = "entry.description"
_SERVICE_VALUES = f"{_IN_GROUPS}, tags.keys, '{{}}', entry.lifecycle, ''"
_PAGE_VALUES = ", ".join(
    f"about.{column}"
    for column in ("owner_key", "domain_key", "system_key", "tag_keys", "environment_keys", "lifecycle", "format")
)

_APIS = f"""
INSERT INTO catalog_entrydocument ({_ENTRY_COLUMNS})
SELECT {SCOPE_SQL}, entry.owner_id, entry.domain_id, entry.system_id, entry.lifecycle,
       left(lower(entry.title), 300), {_title_words("entry.title")},
       {_LIFECYCLE_RANK} + 100 + least(coalesce(version.operation_count, 0), 100),
       {_vector("entry.title", "entry.slug", "tags.names", _GROUP_TITLES, _API_TEXT, _API_VALUES, _OWNER)},
       {is_sampled("entry.id")},
       tags.keys, environments.keys, entry.format,
       'api', entry.id, entry.slug, entry.title, left(entry.description, 400), coalesce(version.name, ''),
       version.sunset_on, '', '', '', coalesce(version.operation_count, 0),
       entry.updated_at, coalesce(entry.published_at, entry.created_at), true
FROM catalog_api AS entry {_ENTRY_JOINS}
    LEFT JOIN catalog_apiversion AS version ON version.id = entry.current_version_id
    {_tags("catalog_api_tags", "api_id")}
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(DISTINCT instance.environment_id), '{{}}') AS keys
      FROM catalog_apiinstance AS instance WHERE instance.version_id = entry.current_version_id
    ) AS environments
WHERE {WHICH}
ORDER BY entry.id
{_ON_CONFLICT}
"""

_SERVICES = f"""
INSERT INTO catalog_entrydocument ({_ENTRY_COLUMNS})
SELECT {SCOPE_SQL}, entry.owner_id, entry.domain_id, entry.system_id, entry.lifecycle,
       left(lower(entry.title), 300), {_title_words("entry.title")}, {_LIFECYCLE_RANK} + 50,
       {_vector("entry.title", "entry.slug", "tags.names", _GROUP_TITLES, _SERVICE_TEXT, _SERVICE_VALUES, _OWNER)},
       {is_sampled("entry.id")},
       tags.keys, '{{}}', '', 'service', entry.id, entry.slug, entry.title, left(entry.description, 400), '',
       NULL, '', '', entry.kind, 0, entry.updated_at, entry.created_at, true
FROM catalog_service AS entry {_ENTRY_JOINS}
    {_tags("catalog_service_tags", "service_id")}
WHERE {WHICH}
ORDER BY entry.id
{_ON_CONFLICT}
"""


# How the organisation is cut up is known to everybody signed in, and to nobody else.
def _group(kind: str, table: str, owner: str, domain: str) -> str:
    values = f"{owner}, {domain}, NULL, '{{}}', '{{}}', '', ''"
    return f"""
INSERT INTO catalog_entrydocument ({_ENTRY_COLUMNS})
SELECT {INTERNAL}, {owner}, {domain}, NULL, '', left(lower(entry.title), 300), {_title_words("entry.title")}, 650,
       {_vector("entry.title", "entry.slug", "''", "''", "entry.description", values)},
       {is_sampled("entry.id")},
       '{{}}', '{{}}', '', '{kind}', entry.id, entry.slug, entry.title, left(entry.description, 400), '',
       NULL, '', '', '', 0, entry.created_at, entry.created_at, true
FROM {table} AS entry
WHERE {WHICH}
ORDER BY entry.id
{_ON_CONFLICT}
"""


# A page is as visible as the entry it is about and shares its facets: both are copied from that entry's document.
_PAGES = f"""
INSERT INTO catalog_entrydocument ({_ENTRY_COLUMNS})
SELECT about.scope, about.owner_key, about.domain_key, about.system_key, about.lifecycle,
       left(lower(entry.title), 300), {_title_words("entry.title")}, greatest(about.rank - 200, 0),
       {_vector("entry.title", "entry.slug", "''", "''", "entry.body", _PAGE_VALUES)},
       {is_sampled("entry.id")},
       about.tag_keys, about.environment_keys, about.format, 'page', entry.id, entry.slug, entry.title,
       left(entry.body, 400), '', NULL, about.kind, about.name, '', 0, entry.updated_at, entry.created_at, true
FROM catalog_documentationpage AS entry
JOIN catalog_entrydocument AS about
  ON about.kind = CASE WHEN entry.api_id IS NULL THEN 'service' ELSE 'api' END
 AND about.object_id = coalesce(entry.api_id, entry.service_id)
WHERE {WHICH}
ORDER BY entry.id
{_ON_CONFLICT}
"""

#: kind -> the statement that writes the documents of that kind.
ENTRIES = {
    "api": _APIS,
    "service": _SERVICES,
    "team": _group("team", "accounts_team", "entry.id", "NULL"),
    "domain": _group("domain", "catalog_domain", "entry.owner_id", "entry.id"),
    "system": _group("system", "catalog_system", "entry.owner_id", "entry.domain_id"),
    "page": _PAGES,
}

#: kind -> the table whose rows its documents are about.
TABLES = {
    "api": "catalog_api",
    "service": "catalog_service",
    "team": "accounts_team",
    "domain": "catalog_domain",
    "system": "catalog_system",
    "page": "catalog_documentationpage",
}

FORGET_OPERATIONS = f"""
DELETE FROM catalog_operationdocument AS document
USING catalog_operation AS operation, catalog_apiversion AS version, catalog_api AS api
WHERE document.operation_id = operation.id AND operation.version_id = version.id AND version.api_id = api.id
  AND {WHICH}
  AND api.current_version_id IS DISTINCT FROM version.id
"""

_OPERATION_COLUMNS = f"operation_id, entry_id, {_SHARED}, tag_keys, environment_keys, format"

# A lexeme has at most 2,046 bytes, so texts of which one becomes a whole are cut before.
OPERATIONS = f"""
WITH api AS MATERIALIZED (
  SELECT api.current_version_id, entry.*,
         search_marked('~', tsvector_to_array(search_stems(concat_ws(' ', api.title, api.slug), 'A')))
         || search_values(entry.owner_key, entry.domain_key, entry.system_key, entry.tag_keys, entry.environment_keys,
                          entry.lifecycle, entry.format) AS context
  FROM catalog_api AS api JOIN catalog_entrydocument AS entry ON entry.kind = 'api' AND entry.object_id = api.id
  WHERE {WHICH}
)
INSERT INTO catalog_operationdocument ({_OPERATION_COLUMNS})
SELECT operation.id, api.id, api.scope, api.owner_key, api.domain_key, api.system_key, api.lifecycle,
       left(lower(coalesce(nullif(operation.summary, ''), operation.path)), 300),
       least(cardinality(string_to_array(own.summary, ' ')), 999),
       greatest(api.rank - 100 - CASE WHEN operation.deprecated THEN 200 ELSE 0 END, 0),
       own.title
       || search_stems(operation."group", 'B')
       || search_stems(left(operation.description, 5000), 'C')
       || strip(search_stems(array_to_string(fields.names, ' '), 'D'))
       || search_marked('^', tsvector_to_array(own.title))
       || api.context
       || search_marked('=', ARRAY[lower(left(operation.operation_id, 300)), own.summary])
       || search_marked('.', fields.keys)
       || search_marked('#', ARRAY[lower(operation.method)])
       || search_marked('/', search_paths(operation.path_key))
       || search_marked('|', ARRAY[left(btrim(lower(operation.path_key), '/'), 300)]),
       {is_sampled("operation.id")},
       api.tag_keys, api.environment_keys, api.format
FROM api
JOIN catalog_operation AS operation ON operation.version_id = api.current_version_id
CROSS JOIN LATERAL (
  SELECT search_words(left(operation.summary, 300)) AS summary,
         search_stems(concat_ws(' ', left(operation.operation_id, 300), left(operation.summary, 300)), 'A')
         || search_stems(left(operation.path, 400), 'B') AS title
  OFFSET 0
) AS own
CROSS JOIN LATERAL (
  SELECT array_agg(name) AS names, array_agg(lower(name)) AS keys
  FROM (
    SELECT left(split_part(field ->> 'path', '.', -1), 100) AS name
    FROM jsonb_array_elements(operation.fields) AS field
    UNION
    SELECT left(regexp_replace(pointer, '^.*/', ''), 100) FROM unnest(operation.definitions) AS pointer
    LIMIT 500
  ) AS named
) AS fields
ORDER BY operation.id
ON CONFLICT (operation_id) DO UPDATE SET {
    ", ".join(f"{column} = EXCLUDED.{column}" for column in _OPERATION_COLUMNS.split(", ")[1:])
}
"""


def narrowed(statement: str, column: str = "") -> str:
    """The statement for the rows whose ``column`` is in the parameter ``ids``, or for all rows."""
    return statement.replace(WHICH, f"{column} = ANY(%(ids)s::bigint[])" if column else "true")
