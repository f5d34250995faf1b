"""What is installed in a cluster, asked of its discovery: never concluded from a list that is refused or not there.

An API server checks rights before existence, so a forbidden list says nothing of whether the kind exists. One version
of each kind is read: a cluster shows the same object under every version it serves.
"""

import re
from collections.abc import Generator
from dataclasses import dataclass, field

import msgspec

from discovery.connectors.base import Progress, Unreachable
from discovery.connectors.kubernetes.client import DISCOVERY, Client
from discovery.connectors.kubernetes.items import Part
from discovery.connectors.kubernetes.kinds import KINDS, Kind
from discovery.connectors.kubernetes.replies import Absent, Forbidden, unintelligible

_WHAT = "its list of installed APIs"
#: It becomes a part of paths.
_VERSION = re.compile(r"v[0-9a-z]{1,30}")
#: In the plain form each of them is a question of its own.
VERSIONS_AT_MOST = 20


class _Named(Part):
    name: str = ""


class _Resource(Part):
    resource: str = ""
    name: str = ""
    verbs: list[str] | None = None


class _Version(Part):
    version: str = ""
    group_version: str = ""
    freshness: str = ""
    resources: list[_Resource] | None = None


class _Group(Part):
    """A group as the aggregated form has it (``metadata``, ``items``), or the plain one (``name``)."""

    metadata: _Named | None = None
    name: str = ""
    versions: list[_Version] | None = None


class _Answer(Part):
    kind: str
    items: list[_Group] | None = None
    groups: list[_Group] | None = None
    resources: list[_Resource] | None = None


_decoder = msgspec.json.Decoder(_Answer)


@dataclass(slots=True)
class Installed:
    """``versions`` has the version to read of each kind that is there, ``unknown`` the kinds of groups out of order."""

    versions: dict[Kind, str] = field(default_factory=dict)
    unknown: list[Kind] = field(default_factory=list)


def ask_installed(client: Client) -> Installed:
    """What the cluster has of the kinds that are read; raises ConnectorError."""
    return _last(asking_installed(client))


def asking_installed(client: Client) -> Generator[Progress, None, Installed]:
    """The same, with a sign of life after each group: the plain form takes a question for each of their versions."""
    return (yield from _reading(client, client.get("/apis", _decoder, _WHAT, accept=DISCOVERY)))


def ask_changed(client: Client, tag: str) -> tuple[Installed, str] | None:
    """The same with the tag of the answer, or nothing when it is the one that had the tag; raises ConnectorError."""
    changed = client.get_changed("/apis", _decoder, _WHAT, DISCOVERY, tag)
    if changed is None:
        return None
    answer, fresh = changed
    # The plain form does not say what a group has, so its tag stands for less than what was read.
    return _last(_reading(client, answer)), fresh if answer.kind == "APIGroupDiscoveryList" else ""


def _last(asking: Generator[Progress, None, Installed]) -> Installed:
    while True:
        try:
            next(asking)
        except StopIteration as end:
            return end.value


def _reading(client: Client, answer: _Answer) -> Generator[Progress, None, Installed]:
    if not (answer.items or answer.groups):
        # An API server always has some; that nothing is installed would make everything of those kinds look gone.
        raise unintelligible(_WHAT)
    found = Installed({kind: "v1" for kind in KINDS if not kind.group})
    for count, group in enumerate(sorted({kind.group for kind in KINDS} - {""})):
        yield Progress(count)
        kinds = [kind for kind in KINDS if kind.group == group]
        try:
            versions = _versions_of(client, answer, group)
        except (Absent, Forbidden, Unreachable):
            # One group that is out of order must not fail the whole.
            found.unknown += kinds
            continue
        for kind in kinds:
            _place(found, kind, versions)
    return found


def _place(found: Installed, kind: Kind, versions: list[_Version]) -> None:
    for version in versions:
        served = {item.resource or item.name for item in version.resources or () if "list" in (item.verbs or ())}
        if version.freshness != "Stale" and kind.resource in served:
            found.versions[kind] = version.version
            return
    if any(version.freshness == "Stale" for version in versions):
        found.unknown.append(kind)


def _versions_of(client: Client, answer: _Answer, group: str) -> list[_Version]:
    """The versions of a group with their resources, `v1` first and then as the server prefers them."""
    if answer.kind == "APIGroupDiscoveryList":
        groups = [item for item in answer.items or () if item.metadata is not None and item.metadata.name == group]
        return _in_order(_fit([version for item in groups for version in item.versions or ()]))
    if answer.kind != "APIGroupList":
        raise unintelligible(_WHAT)
    groups = [item for item in answer.groups or () if item.name == group]
    versions = _fit([version for item in groups for version in item.versions or ()])
    for version in versions:
        listed = client.get(f"/apis/{group}/{version.version}", _decoder, f"what {group} has")
        version.resources = listed.resources
    return _in_order(versions)


def _fit(versions: list[_Version]) -> list[_Version]:
    return [version for version in versions if _VERSION.fullmatch(version.version)][:VERSIONS_AT_MOST]


def _in_order(versions: list[_Version]) -> list[_Version]:
    return sorted(versions, key=lambda version: version.version != "v1")
