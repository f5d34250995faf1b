"""Sources of manifests for tests: folders and archives made on the spot, and what a run over them yields."""

import io
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discovery.connectors.base import Complete, Exposure, Observation, Phase, Problem, Progress, Seen, Surroundings
from discovery.connectors.manifests.connector import Manifests

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "kubernetes"


@dataclass(frozen=True)
class Run:
    """What one run yielded."""

    seen: tuple[Seen, ...]

    def of(self, kind: type) -> list[Any]:
        return [item for item in self.seen if isinstance(item, kind)]

    @property
    def services(self) -> dict[str, Observation]:
        found = {item.name: item for item in self.of(Observation)}
        assert len(found) == len(self.of(Observation)), "Two observations have one name; ask by key"
        return found

    @property
    def problems(self) -> list[Problem]:
        return self.of(Problem)

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]

    @property
    def is_complete(self) -> bool:
        return Complete("Service") in self.seen

    @property
    def findings(self) -> list[Seen]:
        """Without the signs of life, which depend on the clock."""
        return [item for item in self.seen if not isinstance(item, Progress | Phase)]


def surroundings(root: Path | None = None, *, seconds: float = 60, **configuration: Any) -> Surroundings:
    return Surroundings("bank-staging", "staging", configuration, time.monotonic() + seconds, root)


def run_folder(root: Path, folder: str = ".", **configuration: Any) -> Run:
    return Run(tuple(Manifests().observe(surroundings(root, folder=folder, **configuration))))


def run_files(root: Path, files: Mapping[str, str | bytes], **configuration: Any) -> Run:
    """A run over a folder with these files."""
    write(root, files)
    return run_folder(root, **configuration)


def run_upload(path: Path, content: bytes, **configuration: Any) -> Run:
    path.write_bytes(content)
    return Run(tuple(Manifests().observe(surroundings(upload=str(path), **configuration))))


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def archive(files: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return packed.getvalue()


def service(name: str = "cards", namespace: str = "", spec: str = "ports: [{port: 80}]", more: str = "") -> str:
    """A Service in YAML; ``more`` goes into its metadata in flow style."""
    inside = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}{inside}{more and ', ' + more}}}\nspec: {{{spec}}}\n"
    )


def opened(seen: Observation) -> Exposure:
    """From where it can be reached, without the addresses that it has inside its cluster."""
    assert seen.exposure is not None
    return Exposure(seen.exposure.level, tuple(one for one in seen.exposure.endpoints if one.scope != "inside"))
