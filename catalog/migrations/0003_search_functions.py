"""The functions that make search documents, and the trigger that keeps the facet counts.

The lexemes they write are described in ``catalog.search.lexemes``.
"""

from django.db import migrations

WORDS = r"""
CREATE FUNCTION search_words(content text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT btrim(lower(regexp_replace(regexp_replace(regexp_replace(unaccent(left(coalesce(content, ''), 20000)),
    '([a-z0-9])([A-Z])', '\1 \2', 'g'), '([A-Z])([A-Z][a-z])', '\1 \2', 'g'), '[^[:alnum:]]+', ' ', 'g')))
$$
"""

STEMS = """
CREATE FUNCTION search_stems(content text, weight "char") RETURNS tsvector
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('pg_catalog.english', search_words(content)), weight)
$$
"""

MARKED = """
CREATE FUNCTION search_marked(marker text, words text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(coalesce(array_agg(marker || left(word, 300)), '{}'))
  FROM unnest(words) AS word WHERE word <> ''
$$
"""

PATHS = """
CREATE FUNCTION search_paths(path_key text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(array_to_string(segments[first:], '/'))
  FROM (SELECT string_to_array(btrim(lower(left(path_key, 300)), '/'), '/') AS segments) AS path,
       generate_series(1, least(cardinality(segments), 12)) AS first
$$
"""

FACETS = """
CREATE FUNCTION search_facets(
  kind text, owner_key bigint, domain_key bigint, system_key bigint, tag_keys bigint[], environment_keys bigint[],
  lifecycle text, format text, operation_count integer
) RETURNS TABLE (counted_kind text, facet text, value text, number bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT counted.kind, facets.facet, facets.value, counted.number
  FROM (VALUES (kind, 1::bigint), ('operation', operation_count::bigint)) AS counted (kind, number),
  LATERAL (
    VALUES ('kind', ''), ('owner', owner_key::text), ('domain', domain_key::text), ('system', system_key::text),
           ('lifecycle', nullif(lifecycle, '')), ('format', nullif(format, ''))
    UNION ALL SELECT 'tag', tag::text FROM unnest(tag_keys) AS tag
    UNION ALL SELECT 'environment', environment::text FROM unnest(environment_keys) AS environment
  ) AS facets (facet, value)
  WHERE counted.number <> 0 AND facets.value IS NOT NULL
$$
"""

_OF = """search_facets(row.kind, row.owner_key, row.domain_key, row.system_key, row.tag_keys, row.environment_keys,
           row.lifecycle, row.format, row.operation_count)"""

COUNT = f"""
CREATE FUNCTION search_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO catalog_facetcount (scope, kind, facet, value, number)
    SELECT row.scope, counted_kind, facet, value, sum(number) FROM added AS row, {_OF}
    GROUP BY 1, 2, 3, 4;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO catalog_facetcount (scope, kind, facet, value, number)
    SELECT row.scope, counted_kind, facet, value, -sum(number) FROM gone AS row, {_OF}
    GROUP BY 1, 2, 3, 4;
  ELSE
    INSERT INTO catalog_facetcount (scope, kind, facet, value, number)
    SELECT scope, counted_kind, facet, value, sum(number) FROM (
      SELECT row.scope, counted_kind, facet, value, number FROM added AS row, {_OF}
      UNION ALL
      SELECT row.scope, counted_kind, facet, value, -number FROM gone AS row, {_OF}
    ) AS change
    GROUP BY 1, 2, 3, 4 HAVING sum(number) <> 0;
  END IF;
  RETURN NULL;
END
$$
"""

TRIGGERS = [
    """CREATE TRIGGER search_count_added AFTER INSERT ON catalog_entrydocument
       REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_count()""",
    """CREATE TRIGGER search_count_changed AFTER UPDATE ON catalog_entrydocument
       REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_count()""",
    """CREATE TRIGGER search_count_gone AFTER DELETE ON catalog_entrydocument
       REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION search_count()""",
]

# The planner chooses between the word index and the rank index by how common a word is; without enough statistics
# a common word looks rare and every document with it is read. Vectors up to a page are kept as they are: unpacking
# one takes longer than everything else that is done with it.
STORAGE = [
    f"ALTER TABLE {table} {change}"
    for table in ("catalog_entrydocument", "catalog_operationdocument")
    for change in ("ALTER COLUMN vector SET STATISTICS 300", "SET (toast_tuple_target = 8160)")
]

UNDO = [
    "DROP TRIGGER search_count_gone ON catalog_entrydocument",
    "DROP TRIGGER search_count_changed ON catalog_entrydocument",
    "DROP TRIGGER search_count_added ON catalog_entrydocument",
    "DROP FUNCTION search_count()",
    "DROP FUNCTION search_facets(text, bigint, bigint, bigint, bigint[], bigint[], text, text, integer)",
    "DROP FUNCTION search_paths(text)",
    "DROP FUNCTION search_marked(text, text[])",
    'DROP FUNCTION search_stems(text, "char")',
    "DROP FUNCTION search_words(text)",
]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_search")]

    operations = [
        migrations.RunSQL(
            sql=[WORDS, STEMS, MARKED, PATHS, FACETS, COUNT, *TRIGGERS, *STORAGE],
            reverse_sql=UNDO,
        )
    ]
