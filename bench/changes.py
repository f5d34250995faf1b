"""Changes of the large cluster, each of an object of its own, with what their rows say afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from demo.cluster.synthetic import Load, manifests

#: What changes in turn: of ten changes four are another version, two are new services.
_TURNS = ("version", "ready", "route", "version", "new", "version", "gone", "ready", "version", "new")
Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """``command`` makes it, and then the row of ``service`` (namespace/name) says ``value`` of ``field``."""

    command: dict[str, Any]
    service: str
    field: str
    value: str


def changes(count: int, first: int) -> Iterator[Change]:
    """So many changes of services from the ``first`` on, no service twice."""
    load = Load()
    objects = {
        (one["kind"], one["metadata"]["namespace"], one["metadata"]["name"]): one
        for one in manifests(load)
        if one["kind"] in ("Service", "Deployment", "VirtualService")
    }
    services = [key[1:] for key in objects if key[0] == "Service"][first:]
    for number, (turn, place) in enumerate(islice(zip(cycle(_TURNS), services, strict=False), count)):
        yield _change(turn, objects, place, first + number)


def _change(turn: str, objects: dict[tuple[str, str, str], Manifest], place: tuple[str, str], number: int) -> Change:
    at, name = place
    service = objects["Service", at, name]
    if turn == "route" and ("VirtualService", at, name) in objects:
        return _rerouted(objects["VirtualService", at, name], f"{at}/{name}", number)
    if turn == "ready":
        deployment = objects["Deployment", at, name]
        spec = deployment["spec"] | {"replicas": 3}
        return Change(_apply(deployment | {"spec": spec}), f"{at}/{name}", "replicas", "3")
    if turn == "new":
        fresh = f"fresh-{number:05}"
        made = service | {"metadata": service["metadata"] | {"name": fresh}}
        return Change(_apply(made), f"{at}/{fresh}", "is_missing", "false")
    if turn == "gone":
        command = {"do": "delete", "kind": "Service", "namespace": at, "name": name}
        return Change(command, f"{at}/{name}", "is_missing", "true")
    version = f"2.{number}"
    labels = service["metadata"]["labels"] | {"app.kubernetes.io/version": version}
    made = service | {"metadata": service["metadata"] | {"labels": labels}}
    return Change(_apply(made), f"{at}/{name}", "version", version)


def _rerouted(virtual: Manifest, service: str, number: int) -> Change:
    """Another path in front of the service."""
    path = f"/changed-{number:05}/"
    *before, last = virtual["spec"]["http"]
    routes = [*before, last | {"match": [{"uri": {"prefix": path}}]}]
    return Change(_apply(virtual | {"spec": virtual["spec"] | {"http": routes}}), service, "paths", path)


def _apply(manifest: Manifest) -> dict[str, Any]:
    return {"do": "apply", "manifest": manifest}
