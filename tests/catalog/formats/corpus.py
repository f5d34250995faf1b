"""The corpus of real specifications: where it is, what was read from it, and the table of what is expected.

`python -m tests.catalog.formats.corpus` writes the table again; read the difference before committing it.
"""

import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

import yaml

from catalog.formats.base import Finding, Refused
from catalog.formats.parsing import parse_specification

ROOT = Path(__file__).resolve().parents[3]
TABLE = Path(__file__).with_name("corpus.tsv")
COLUMNS = ("sha256", "name", "format", "verdict", "operations", "first rule")
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}


@dataclass(frozen=True)
class Row:
    sha256: str
    name: str
    format: str
    verdict: str
    operations: str
    rule: str


def folder() -> Path:
    return (ROOT / os.environ.get("PORTICO_CORPUS", "../shared/corpus")).resolve()


def files() -> dict[str, Path]:
    """SHA-256 to file, for every document of the corpus."""
    found = sorted(path for path in folder().glob("*/*") if path.is_file())
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in found}


def expected() -> list[Row]:
    lines = TABLE.read_text().splitlines()
    return [Row(*line.split("\t")) for line in lines[1:]]


@dataclass(frozen=True)
class Reading:
    """What reading one file gave, and how long it took."""

    row: Row
    findings: tuple[Finding, ...]
    seconds: float


def read(path: Path, sha256: str) -> Reading:
    started = time.monotonic()
    answer = parse_specification(path.read_bytes(), size=2)
    seconds = time.monotonic() - started
    name = str(path.relative_to(folder()))
    rule = answer.findings[0].rule if answer.findings else "-"
    if isinstance(answer, Refused):
        row = Row(sha256, name, "-", "refused", "-", rule)
    else:
        version = f"{answer.format} {answer.format_version}"
        row = Row(sha256, name, version, "accepted", str(len(answer.operations)), rule)
    return Reading(row, answer.findings, seconds)


def read_all(paths: dict[str, Path]) -> list[Reading]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda item: read(item[1], item[0]), paths.items()))


def count_operations(path: Path) -> int:
    """Path times method, counted without any code of ours."""
    text = path.read_text("utf-8-sig")
    document = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CBaseLoader)
    return sum(
        key in METHODS and isinstance(value, dict)
        for path_name, item in (document.get("paths") or {}).items()
        if path_name.startswith("/")
        for key, value in item.items()
    )


def main() -> None:
    rows = sorted((reading.row for reading in read_all(files())), key=lambda row: row.name)
    TABLE.write_text("\n".join("\t".join(row) for row in [COLUMNS, *map(astuple, rows)]) + "\n")


if __name__ == "__main__":
    main()
