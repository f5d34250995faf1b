"""The least that a run over a cluster could cost, in a process of its own.

``python -m bench.cluster_floor rows|indexed|known KUBECONFIG SOURCE`` reads every page that a run reads, with the
client and the decoders of runs. ``rows`` and ``indexed`` COPY a row of each Service into an empty table, the latter
into one with the indexes of the real one; ``known`` reads once what comparing needs of the rows that are known. Nothing
is related, checked, compared or judged, and Django is not there.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import psycopg

from bench.floor import KNOWN, SAME_FOR_ALL, SEEN, TABLE, connection_of
from discovery.compare import Known
from discovery.connectors.base import EVERYWHERE
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.installed import ask_installed
from discovery.connectors.kubernetes.items import ServiceItem
from discovery.connectors.kubernetes.kinds import SERVICES, Kind
from discovery.connectors.kubernetes.kubeconfig import access_of
from discovery.connectors.kubernetes.lists import PAGE_SIZE, path_of
from portal import env

SECONDS_AT_MOST = 300.0


def pages(kubeconfig: Path) -> Iterator[tuple[Kind, list[Any]]]:
    """The items of every page of every kind that is installed and read."""
    client = Client(access_of(kubeconfig.read_bytes(), ""), time.monotonic() + SECONDS_AT_MOST)
    try:
        for kind, version in ask_installed(client).versions.items():
            query = {"limit": str(PAGE_SIZE)}
            while True:
                page = client.get(path_of(kind, version, EVERYWHERE), kind.decoder, kind.spoken, query)
                yield kind, page.items or []
                if not page.metadata.continue_:
                    break
                query["continue"] = page.metadata.continue_
    finally:
        client.close()


def copy_rows(connection: psycopg.Connection, kubeconfig: Path, cluster: str, *, with_indexes: bool) -> int:
    """How many Services are rows of a table that is gone afterwards."""
    given = {name: value for name, value in SAME_FOR_ALL.items() if name != "id" or not with_indexes}
    columns, same = ", ".join((*SEEN, *given)), tuple(given.values())
    with connection.cursor() as cursor:
        indexes = " INCLUDING INDEXES INCLUDING IDENTITY" if with_indexes else ""
        cursor.execute(f"CREATE TEMPORARY TABLE floor (LIKE {TABLE}{indexes})")
        with cursor.copy(f"COPY floor ({columns}) FROM STDIN") as copy:
            for kind, items in pages(kubeconfig):
                for item in items if kind is SERVICES else ():
                    copy.write_row(_row(item, cluster) + same)
        return cursor.rowcount


def read_known(connection: psycopg.Connection, kubeconfig: Path, source: str) -> int:
    """How many rows of the source are known; the pages have been read for nothing."""
    for _kind, _items in pages(kubeconfig):
        pass
    return len([Known(*row) for row in connection.execute(KNOWN, [source])])


def _row(service: ServiceItem, cluster: str) -> tuple[Any, ...]:
    metadata = service.metadata
    name, namespace, labels = metadata.name, metadata.namespace, metadata.labels or {}
    ports = [{"number": port.port, "name": port.name} for port in (service.spec.ports if service.spec else None) or ()]
    return (
        f"{cluster}/{namespace}/Service/{name}",
        labels.get("app.kubernetes.io/name", ""),
        "Service",
        cluster,
        namespace,
        name,
        labels.get("app.kubernetes.io/version", ""),
        orjson.dumps({"labels": labels, "ports": ports}).decode(),
        " ".join((name, namespace, cluster, *labels.values())),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=["rows", "indexed", "known"])
    parser.add_argument("kubeconfig", type=Path)
    parser.add_argument("source")
    options = parser.parse_args()
    with psycopg.connect(**connection_of(env.database_url())) as connection:
        if options.mode == "known":
            print(read_known(connection, options.kubeconfig, options.source))
        else:
            print(copy_rows(connection, options.kubeconfig, options.source, with_indexes=options.mode == "indexed"))


if __name__ == "__main__":
    main()
