"""The bank's published versions as upstreams: where each answers, and what."""

import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from demo.ports import kept_port
from demo.upstreams.contract import Contract

FOLDER = Path(__file__).resolve().parents[1]


class Bank:
    """Versions by «api/version»; a specification is read when it is first called for."""

    def __init__(self, publications: list[Mapping[str, Any]]) -> None:
        self._files = {f"{one['api']}/{one['version']}": one["specification"] for one in publications}

    def contract(self, api: str, version: str) -> Contract | None:
        file = self._files.get(f"{api}/{version}")
        return _contract(file) if file else None


@lru_cache(maxsize=32)
def _contract(file: str) -> Contract:
    return Contract(yaml.load((FOLDER / "specifications" / file).read_bytes(), yaml.CSafeLoader))


def nordhaven() -> Bank:
    """All that the demo's bank has published."""
    return Bank(yaml.load((FOLDER / "bank.yaml").read_bytes(), yaml.CSafeLoader)["publications"])


def upstream_port(home: Path) -> int:
    """Where the upstreams of this data folder listen, drawn once: routes of the gateway name it."""
    return kept_port(_note(home))


def is_present(home: Path) -> bool:
    """Whether routes were made that lead there."""
    return _note(home).exists()


def upstream_url(home: Path, api: str, version: str) -> str:
    return f"http://127.0.0.1:{upstream_port(home)}/{api}/{version}"


def command(home: Path) -> list[str]:
    """What serves them until it is told to end; to be started in the folder above the demo's."""
    return [sys.executable, "-m", "demo.upstreams", "--port", str(upstream_port(home))]


def _note(home: Path) -> Path:
    return home / "upstreams" / "port"
