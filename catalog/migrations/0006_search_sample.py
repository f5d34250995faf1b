"""The values of facets among the lexemes of a document, and the sample with its own index (catalog.search.sample)."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

VALUES = """
CREATE FUNCTION search_values(
  owner_key bigint, domain_key bigint, system_key bigint, tag_keys bigint[], environment_keys bigint[],
  lifecycle text, format text
) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(array_remove(
           ARRAY[':o' || owner_key, ':d' || domain_key, ':s' || system_key, ':l' || nullif(lifecycle, ''),
                 ':f' || nullif(format, '')], NULL))
         || search_marked(':t', tag_keys::text[]) || search_marked(':e', environment_keys::text[])
$$
"""

# Every row changes, so the index of words is made again afterwards: a fraction of what it takes to keep it meanwhile.
FILL = [
    f"""
    UPDATE {table}
    SET sampled = hashint8({key}) & 15 = 0,
        vector = vector
          || search_values(owner_key, domain_key, system_key, tag_keys, environment_keys, lifecycle, format)
    """
    for table, key in (("catalog_entrydocument", "object_id"), ("catalog_operationdocument", "operation_id"))
]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_search_marked")]

    operations = [
        migrations.RunSQL(
            sql=VALUES,
            reverse_sql="DROP FUNCTION search_values(bigint, bigint, bigint, bigint[], bigint[], text, text)",
        ),
        *(
            migrations.AddField(model, "sampled", models.BooleanField(default=False))
            for model in ("entrydocument", "operationdocument")
        ),
        *(migrations.RemoveIndex(f"{name}document", f"{name}_document_vector") for name in ("entry", "operation")),
        migrations.RunSQL(sql=FILL, reverse_sql=migrations.RunSQL.noop),
        # A table with rows whose checks are still to come can have no index; they come at the end of a transaction.
        migrations.RunSQL(sql="SET CONSTRAINTS ALL IMMEDIATE", reverse_sql=migrations.RunSQL.noop),
        *(
            migrations.AddIndex(
                f"{name}document", GinIndex(fields=["vector"], name=f"{name}_document_vector", fastupdate=False)
            )
            for name in ("entry", "operation")
        ),
        *(
            migrations.AddIndex(
                f"{name}document",
                GinIndex(
                    fields=["vector"],
                    name=f"{name}_document_sample",
                    fastupdate=False,
                    condition=models.Q(sampled=True),
                ),
            )
            for name in ("entry", "operation")
        ),
    ]
