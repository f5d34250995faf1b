"""Everything that lies in the database and in a data folder, for tests that look for what must not be there."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

_COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'tsvector')
    ORDER BY 1, 2
"""


def everything_stored() -> Iterator[tuple[str, bytes]]:
    """Each value that can hold text, with its table and column; compressed ones as they are and unpacked."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column, kind in cursor.fetchall():
            value = f'"{column}"' if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT {value} FROM "{table}" WHERE "{column}" IS NOT NULL')
            for (found,) in cursor.fetchall():
                stored = found.encode() if isinstance(found, str) else bytes(found)
                yield f"{table}.{column}", stored
                if kind == "bytea":
                    yield f"{table}.{column}, unpacked", _unpacked(stored)


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file below the folder with its path."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def _unpacked(stored: bytes) -> bytes:
    if stored.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(stored)) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    try:
        return zlib.decompress(stored)
    except zlib.error:
        return b""
