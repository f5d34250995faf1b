"""What a connector is given while a run or a check lasts: the configuration with its secrets, files as paths."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

from django.conf import settings

from discovery.configuration import unsealed, unsealed_files
from discovery.connectors.base import Surroundings
from discovery.models import Source

# A connector that is still listened to after its time is given up soon.
_GIVEN_UP_AFTER_SECONDS = 600


@contextmanager
def surroundings_of(source: Source, deadline: float, origin: bytes = b"") -> Iterator[Surroundings]:
    """The surroundings of a source until the block ends; ``deadline`` is one of ``time.monotonic()``.

    Raises ``Misconfigured`` when a secret or a file cannot be opened. One query for the files.
    """
    files = unsealed_files(source, source.uploads.all())
    values = {**source.configuration, **unsealed(source)}
    with surroundings(source.name, source.environment.slug, values, files, deadline) as made:
        yield replace(made, origin=origin)


@contextmanager
def surroundings(
    name: str, environment: str, values: Mapping[str, Any], files: Mapping[str, bytes], deadline: float
) -> Iterator[Surroundings]:
    """The surroundings of what may not be stored yet; the files are the owner's alone, and gone after the block."""
    root = settings.PORTICO_SOURCES_ROOT
    if not files:
        yield Surroundings(name, environment, dict(values), deadline, root)
        return
    with tempfile.TemporaryDirectory(dir=_uploads_folder()) as folder:
        paths = {}
        for parameter, content in files.items():
            path = Path(folder) / parameter
            path.touch(mode=0o600)
            path.write_bytes(content)
            paths[parameter] = str(path)
        yield Surroundings(name, environment, {**values, **paths}, deadline, root)


def remove_left_behind() -> None:
    """Files that a killed worker left behind, which lie there in the clear, are gone once no run can need them."""
    for left in _uploads_folder().iterdir():
        try:
            if left.stat().st_mtime < time() - settings.PORTICO_RUN_SECONDS - _GIVEN_UP_AFTER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        except OSError:
            # Another process was quicker.
            continue


def _uploads_folder() -> Path:
    folder = settings.PORTICO_HOME / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
