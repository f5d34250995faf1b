"""A cluster of objects as they are written in YAML, put together without a server.

Where the corpus is there, each object of Istio and Gateway API is one that its CRD accepts.
"""

import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import yaml

from discovery.connectors.base import Endpoint, Observation
from discovery.connectors.kubernetes.access import Access
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.cut import cutter
from discovery.connectors.kubernetes.kinds import KINDS, Kind
from discovery.connectors.kubernetes.observing import Cluster
from discovery.connectors.kubernetes.store import Gaps, Store

_ACCESS = Access("cluster.example", 443, "", "cluster.example")
_FILES = ("istio-crd-all.gen.yaml", "gateway-api-crd.yaml")


class Objects:
    """The objects of a test; what is unread is in ``gaps``."""

    def __init__(self, text: str) -> None:
        self.store, self.gaps = Store(), Gaps()
        self.add(text)

    def add(self, text: str) -> None:
        for value in yaml.safe_load_all(text):
            _check(value)
            value["metadata"].setdefault("namespace", "" if value["kind"] == "Namespace" else "cards")
            kind = _kind_of(value)
            item = kind.one.decode(msgspec.json.encode(value))
            metadata = item.metadata
            self.store.put(kind, metadata.namespace, metadata.name, cutter(kind, "v1")(item))

    def seen(self, *named: str, only: frozenset[str] | None = None) -> dict[str, Observation]:
        """What is observed, by namespace, kind and name; ``named`` are the namespaces that are read, all without."""
        cluster = Cluster(Config(_ACCESS, "c", named), self.store, self.gaps, only)
        return {one.key.removeprefix("c/"): one for one in cluster.observations("c")}

    def endpoints(self, key: str = "cards/Service/payments", *named: str) -> list[Endpoint] | None:
        """The addresses of one, but those that it has by itself inside of the cluster; ``None``: not known."""
        exposure = self.seen(*named)[key].exposure
        if exposure is None:
            return None
        return [one for one in exposure.endpoints if not (one.scope == "inside" and one.by.startswith("Service "))]

    def urls(self, key: str = "cards/Service/payments", *named: str) -> list[str] | None:
        """The same as «scope address»."""
        found = self.endpoints(key, *named)
        return None if found is None else [f"{one.scope} {one.url}" for one in found]


def _kind_of(value: dict[str, Any]) -> Kind:
    group = value["apiVersion"].rpartition("/")[0]
    return next(kind for kind in KINDS if (kind.group, kind.name) == (group, value["kind"]))


def _check(value: dict[str, Any]) -> None:
    group, _, version = value["apiVersion"].rpartition("/")
    schema = _schemas().get((group, value["kind"], version))
    if schema is not None:
        errors = [f"{error.instance_path}: {error.message}" for error in schema.iter_errors(value)]
        assert errors == [], value["metadata"]["name"]


@cache
def _schemas() -> dict[tuple[str, str, str], jsonschema_rs.Validator]:
    corpus = os.environ.get("PORTICO_CORPUS")
    folder = Path(corpus) / "crds" if corpus else None
    found = {}
    for name in _FILES if folder is not None and folder.is_dir() else ():
        for crd in yaml.load_all((folder / name).read_text(), yaml.CSafeLoader):
            if crd and crd["kind"] == "CustomResourceDefinition":
                spec = crd["spec"]
                for version in spec["versions"]:
                    key = (spec["group"], spec["names"]["kind"], version["name"])
                    found[key] = jsonschema_rs.validator_for(version["schema"]["openAPIV3Schema"])
    return found
