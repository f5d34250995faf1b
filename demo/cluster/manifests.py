"""Manifests from files, as ``kubectl apply`` would send them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import orjson
import yaml

from demo.cluster.cluster import Cluster
from demo.cluster.objects import applied

_SUFFIXES = (".yaml", ".yml", ".json")


def load(cluster: Cluster, folder: Path) -> int:
    """Everything in the folder is in the cluster; returns how many objects. Raises ``UnknownKind``."""
    found = list(read(folder))
    for manifest in found:
        cluster.add(_dated(applied(manifest)))
    return len(found)


def read(folder: Path) -> Iterator[dict[str, Any]]:
    """Each object in the files of the folder, in order of their names, without what a server sets."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in _SUFFIXES:
            for document in yaml.load_all(path.read_bytes(), _LOADER):
                # What is a number or a date to YAML is text in the JSON that is sent.
                yield from _objects(orjson.loads(orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)))


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(document, dict) or "kind" not in document:
        return
    if document["kind"].endswith("List"):
        for item in document.get("items") or ():
            yield from _objects(item)
        return
    metadata = {key: value for key, value in document["metadata"].items() if key not in _SET_BY_SERVER}
    yield {**document, "metadata": metadata}


def _dated(manifest: dict[str, Any]) -> dict[str, Any]:
    """The same uid and date each time the folder is loaded: the objects outlive the process that shows them."""
    about = manifest["metadata"]
    identity = "/".join((manifest["apiVersion"], manifest["kind"], about.get("namespace", ""), about["name"]))
    metadata = {"uid": str(uuid5(NAMESPACE_OID, identity)), "creationTimestamp": _CREATED} | about
    return {**manifest, "metadata": metadata}


_CREATED = "2026-01-12T07:30:00Z"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SET_BY_SERVER = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")
