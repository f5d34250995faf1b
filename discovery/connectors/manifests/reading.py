"""One pass over the files of a source, with its bounds, its clock and its signs of life."""

import re
from collections import Counter
from collections.abc import Iterator

from discovery.connectors.base import Misconfigured, Problem, Progress
from discovery.connectors.clock import Clock
from discovery.connectors.manifests.files import (
    FILE_BYTES_AT_MOST,
    TOTAL_BYTES_AT_MOST,
    Files,
    FileUnreadable,
    is_named_like_specification,
)
from discovery.connectors.manifests.parse import read_objects
from discovery.connectors.manifests.specifications import named_path
from discovery.connectors.objects.model import Named, ServiceObject
from discovery.connectors.problems import PROBLEMS_AT_MOST

OBJECTS_AT_MOST = 200_000

_SPECIFICATION = re.compile(rb"""^[ \t{]*+["']?(?:openapi|swagger)["']?[ \t]*+:""", re.MULTILINE)
_LOOKED_AT = 64 * 1024


class Reading:
    """What the files of a source hold; to be asked after ``go`` has run to its end."""

    def __init__(self, files: Files, default_namespace: str) -> None:
        self.objects: list[Named] = []
        self._files = files
        self._default_namespace = default_namespace
        self._problems: dict[str, list[Problem]] = {}
        self._bytes = 0
        self._problem_count = 0
        self._left_out: Counter[str] = Counter()

    def go(self, clock: Clock) -> Iterator[Progress]:
        """Reads file after file; raises Partial when time is over and Misconfigured when there is too much."""
        for count, path in enumerate(self._files.paths):
            if clock.is_sign_due():
                yield Progress(count)
            data = self._data(path)
            if data is None:
                continue
            for found in read_objects(path, data, self._default_namespace):
                self._take(path, found)
                if clock.is_sign_due():
                    yield Progress(count)
        yield Progress(len(self._files.paths))

    def problems(self) -> tuple[list[Problem], int]:
        """What could not be read, in the order of the files, and how many problems more there were.

        What is a specification was never meant to be read, so nothing is said of it.
        """
        named = {named_path(found) for found in self.objects if isinstance(found, ServiceObject)}
        kept, left_out = list(self._files.remarks), 0
        for path, problems in self._problems.items():
            if path not in named and not is_named_like_specification(path):
                kept.extend(problems)
                left_out += self._left_out[path]
        return kept, left_out

    def _data(self, path: str) -> bytes | None:
        """The bytes of a file that could hold manifests."""
        try:
            data = self._files.read(path, FILE_BYTES_AT_MOST)
        except FileUnreadable as error:
            self._take(path, Problem(error.code, error.message, place=path))
            return None
        self._bytes += len(data)
        if self._bytes > TOTAL_BYTES_AT_MOST:
            message = f"The source holds more than {TOTAL_BYTES_AT_MOST:,} bytes."
            raise Misconfigured(message, "Point the source at a part of them.")
        if is_named_like_specification(path) and _SPECIFICATION.search(data[:_LOOKED_AT]):
            return None
        return data

    def _take(self, path: str, found: Named | Problem | None) -> None:
        if isinstance(found, Problem):
            self._problem_count += 1
            problems = self._problems.setdefault(path, [])
            # One of each file is always kept: which of them is a specification is not known yet.
            if not problems or self._problem_count <= PROBLEMS_AT_MOST:
                problems.append(found)
            else:
                self._left_out[path] += 1
        elif found is not None:
            self.objects.append(found)
            if len(self.objects) > OBJECTS_AT_MOST:
                message = f"The source holds more than {OBJECTS_AT_MOST:,} objects."
                raise Misconfigured(message, "Point the source at a part of them.")
