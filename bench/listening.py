"""When the rows of discovered services say what: PostgreSQL tells of each at the commit that makes it visible."""

import threading
import time

import orjson
import psycopg

_TABLE = "discovery_discoveredservice"
_TOLD = """
    CREATE OR REPLACE FUNCTION bench_tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('bench', json_build_object(
            'service', NEW.namespace || '/' || NEW.name,
            'version', NEW.version,
            'is_missing', (NEW.missing_since IS NOT NULL)::text,
            'replicas', coalesce(NEW.facts->'workloads'->0->>'replicas', ''),
            'paths', (
                SELECT string_agg(DISTINCT one->>'path', ' ') FROM jsonb_array_elements(NEW.facts->'endpoints') one
            )
        )::text);
        RETURN NULL;
    END $$
"""


class Listening(threading.Thread):
    """Notes the moment (``time.monotonic``) at which a row first said something, until it is stopped."""

    def __init__(self, connection: psycopg.Connection) -> None:
        super().__init__(daemon=True)
        self._connection = connection
        self._first: dict[tuple[str, str], dict[str, float]] = {}
        self._ended = threading.Event()
        connection.execute(_TOLD)
        connection.execute(
            f"CREATE OR REPLACE TRIGGER bench_tell AFTER INSERT OR UPDATE ON {_TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION bench_tell()"
        )
        connection.execute("LISTEN bench")

    def run(self) -> None:
        while not self._ended.is_set():
            for told in self._connection.notifies(timeout=0.2):
                self._note(orjson.loads(told.payload), time.monotonic())

    def stop(self) -> None:
        self._ended.set()
        self.join()
        self._connection.execute(f"DROP TRIGGER bench_tell ON {_TABLE}")

    def moment(self, service: str, field: str, value: str) -> float | None:
        """When the row of the service first said it; nothing when it has not."""
        return self._first.get((service, field), {}).get(value)

    def _note(self, row: dict[str, str], now: float) -> None:
        for field in ("version", "is_missing", "replicas"):
            self._first.setdefault((row["service"], field), {}).setdefault(row[field], now)
        for path in (row["paths"] or "").split():
            self._first.setdefault((row["service"], "paths"), {}).setdefault(path, now)
