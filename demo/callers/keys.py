"""The keys that the callers were given, in a file for the owner of the data folder alone."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


def keys_file(home: Path) -> Path:
    return home / "callers" / "keys.json"


def write(home: Path, keys: Mapping[str, str]) -> None:
    """Keys by the name of their caller; a caller without a key has an empty one."""
    path = keys_file(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(dict(keys), file)
    draft.replace(path)


def read(home: Path) -> dict[str, str]:
    """Empty when none were given."""
    try:
        return json.loads(keys_file(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
