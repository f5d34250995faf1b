"""The least that a run could cost, in a process of its own: ``python -m bench.floor rows|known FOLDER SOURCE``.

``rows``: read the files, parse them with the loader that runs use, and COPY a row of each Service into an empty table.
``known``: read and parse the same, and read once what comparing needs of the rows that are known. Nothing is related,
checked, compared or judged, and Django is not there.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import psycopg

from catalog.formats.documents import Part
from catalog.formats.yaml_documents import yaml_parts
from discovery.compare import Known
from portal import env

TABLE = "discovery_discoveredservice"
# What was seen is taken from the manifest, the rest is what a row has before anybody decides about it.
SEEN = (
    "key", "identity", "object_kind", "cluster", "namespace", "name", "version", "facts", "search_text",
)  # fmt: skip
SAME_FOR_ALL = {
    "id": 0, "source_id": 0, "environment_id": 0, "uid": "", "exposure": "inside", "fingerprint": bytes(16),
    "standing": "new", "state": "new", "first_seen_at": "2024-01-01T00:00Z", "changed_at": "2024-01-01T00:00Z",
    "hold": "", "match_reason": "", "is_pinned": False, "is_pending": False, "proposed_title": "",
    "proposed_description": "", "proposed_kind": "microservice", "proposed_visibility": "internal", "reasons": "{}",
    "chosen": "{}", "mesh": "",
    "mtls": "", "callers": "", "specification_place": "", "specification_outcome": "", "specification_note": "",
}  # fmt: skip
KNOWN = f"""
    SELECT id, key, object_kind, namespace, identity, fingerprint, missing_since IS NOT NULL, last_seen_at IS NOT NULL,
        hold
    FROM {TABLE} WHERE source_id = (SELECT id FROM discovery_source WHERE name = %s)
"""


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """Every document below the folder."""
    for path in sorted(folder.rglob("*.yaml")):
        for part in yaml_parts(path.read_bytes()):
            if not isinstance(part, Part):
                raise SystemExit(f"{path} cannot be read: {part.finding.message}")
            yield part.value


def copy_rows(connection: psycopg.Connection, folder: Path, cluster: str) -> int:
    """How many Services are rows of a table that goes with the connection."""
    columns = ", ".join((*SEEN, *SAME_FOR_ALL))
    same = tuple(SAME_FOR_ALL.values())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE floor (LIKE {TABLE})")
        with cursor.copy(f"COPY floor ({columns}) FROM STDIN") as copy:
            for document in documents(folder):
                if document["kind"] == "Service":
                    copy.write_row(_row(document, cluster) + same)
        return cursor.rowcount


def read_known(connection: psycopg.Connection, folder: Path, source: str) -> int:
    """How many rows of the source are known; the documents have been read for nothing."""
    for _document in documents(folder):
        pass
    return len([Known(*row) for row in connection.execute(KNOWN, [source])])


def _row(service: dict[str, Any], cluster: str) -> tuple[Any, ...]:
    metadata = service["metadata"]
    name, namespace, labels = metadata["name"], metadata["namespace"], metadata["labels"]
    facts = {"labels": labels, "annotations": metadata["annotations"], "ports": service["spec"]["ports"]}
    return (
        f"{cluster}/{namespace}/Service/{name}",
        labels["app.kubernetes.io/name"],
        "Service",
        cluster,
        namespace,
        name,
        labels["app.kubernetes.io/version"],
        orjson.dumps(facts).decode(),
        " ".join((name, namespace, cluster, *labels.values())),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=["rows", "known"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("source")
    options = parser.parse_args()
    with psycopg.connect(**connection_of(env.database_url())) as connection:
        work = copy_rows if options.mode == "rows" else read_known
        print(work(connection, options.folder, options.source))


def connection_of(url: str) -> dict[str, Any]:
    """What psycopg is told for the URL that the settings have; theirs may name a socket as a parameter."""
    told = env.database(url)
    return {
        "dbname": told["NAME"],
        "user": told["USER"],
        "password": told["PASSWORD"],
        "host": told["HOST"],
        "port": told["PORT"] or None,
        **told["OPTIONS"],
    }


if __name__ == "__main__":
    main()
