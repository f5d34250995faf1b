"""A connector of the tests: it asks for one parameter of each kind and sees what its file lists, a line a service."""

from collections.abc import Iterator
from pathlib import Path

from discovery.connectors.base import (
    Checked,
    Complete,
    Misconfigured,
    Observation,
    Parameter,
    Seen,
    Surroundings,
)


class Shelf:
    kind = "shelf"
    title = "Shelf"
    summary = "What a file lists"
    icon = "books"
    version = "1"
    parameters = (
        Parameter("cluster", "Cluster", at_most=20),
        Parameter("token", "Token", secret=True, required=False, at_most=40),
        Parameter("names", "Names", kind="lines", required=False, at_most=50),
        Parameter("limit", "Limit", kind="integer", required=False, default=5, at_most=10),
        Parameter("deep", "Deep", kind="boolean", required=False, default=False),
        Parameter("style", "Style", kind="choice", required=False, choices=("plain", "fancy")),
        Parameter("folder", "Folder", kind="folder", required=False),
        Parameter("upload", "Upload", kind="upload", required=False, at_most=100),
    )

    def check(self, surroundings: Surroundings) -> Checked:
        lines = self._lines(surroundings)
        if "burst" in lines:
            raise ZeroDivisionError
        if "refuse" in lines:
            raise Misconfigured("This shelf is not for reading.", "Name another.")
        token = surroundings.configuration.get("token", "")
        return Checked((f"{len(lines)} services.", f"The token has {len(token)} characters."))

    def observe(self, surroundings: Surroundings) -> Iterator[Seen]:
        for name in self._lines(surroundings):
            yield Observation(key=f"shelf/{name}", kind="Service", name=name, namespace="shelf")
        yield Complete("Service")

    @staticmethod
    def _lines(surroundings: Surroundings) -> list[str]:
        path = surroundings.configuration.get("upload")
        return Path(path).read_text().split() if path else []
