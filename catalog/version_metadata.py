"""Writing what people say about one version: its stage, changelog, sunset, successor and instances."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.audit import Difference
from catalog.changes import set_fields
from catalog.lifecycle import enter, is_backwards
from catalog.models import APIVersion, Lifecycle
from catalog.permissions import Action
from catalog.references import successor_named
from catalog.relations import set_instances
from common.access import require
from common.errors import Conflict, Invalid

_ENDING = {Lifecycle.DEPRECATED, Lifecycle.RETIRED}


def set_version_fields(
    version: APIVersion, values: Mapping[str, Any], *, actor: Actor, now: datetime, reason: str = ""
) -> Difference:
    """Set, not save, lifecycle, changelog, sunset and successor and return what differs.

    Raises ``Conflict`` for a step backwards without a reason, ``Denied`` for one by somebody who maintains nothing,
    ``Invalid`` for a sunset or successor of a version that does not end.
    """
    difference: Difference = {}
    lifecycle = values.get("lifecycle", version.lifecycle)
    if lifecycle not in Lifecycle.values:
        raise Invalid({"lifecycle": f"Use one of {', '.join(Lifecycle.values)}."})
    if lifecycle != version.lifecycle:
        difference["lifecycle"] = (version.lifecycle, lifecycle)
        _check_step(version, lifecycle, actor, reason)
        if reason:
            difference["reason"] = (None, reason)
        enter(version, lifecycle, now)
    _check_ending(lifecycle, values)
    difference |= set_fields(version, _columns(version, values, actor))
    return {("sunset" if field == "sunset_on" else field): pair for field, pair in difference.items()}


def write_instances(version: APIVersion, values: Mapping[str, Any]) -> Difference:
    pair = set_instances(version, values["instances"]) if "instances" in values else None
    return {"instances": pair} if pair else {}


def _check_step(version: APIVersion, lifecycle: str, actor: Actor, reason: str) -> None:
    if version.pk is None or not is_backwards(version.lifecycle, lifecycle):
        return
    require(actor, Action.API_REVERT_LIFECYCLE, version.api)
    if not reason.strip():
        raise Conflict(
            f"Version {version.name} is {version.lifecycle}. A maintainer of the team that owns it can make it "
            f"{lifecycle} again by changing its lifecycle with a reason."
        )


def _check_ending(lifecycle: str, values: Mapping[str, Any]) -> None:
    if lifecycle in _ENDING:
        return
    wrong = {
        field: "Only a deprecated or retired version has one. Set lifecycle to deprecated as well."
        for field in ("sunset", "successor")
        if values.get(field)
    }
    if wrong:
        raise Invalid(wrong)


def _columns(version: APIVersion, values: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    columns = {}
    if "changelog" in values:
        columns["changelog"] = values["changelog"]
    if "sunset" in values:
        columns["sunset_on"] = values["sunset"]
    if "successor" in values:
        columns["successor"] = successor = successor_named(values["successor"], version.api, actor)
        if successor is not None and successor.pk == version.pk:
            raise Invalid({"successor": "A version cannot follow itself."})
    return columns
