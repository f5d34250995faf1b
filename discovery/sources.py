"""What people and pipelines say about a source, and the values of its row that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from accounts.models import Team
from catalog.models import Environment
from common.errors import Invalid
from common.slugs import SLUG_RULE, is_slug
from discovery.configuration import Configured, configured, kept_by
from discovery.installed import connectors
from discovery.models import Source

SCHEDULE_AT_LEAST = 60
DAY = 24 * 3600

#: Names that are words of our own URLs.
RESERVED = frozenset({"check", "new"})

#: What each number lies between.
BOUNDS = {
    "schedule_seconds": (SCHEDULE_AT_LEAST, 30 * DAY),
    "loss_percent": (0, 100),
    "loss_at_least": (1, 1_000_000),
    "grace_seconds": (0, 365 * DAY),
}


class SourceMetadata(TypedDict, total=False):
    """A key that is absent leaves the field as it is; ``name`` and ``kind`` are fixed once the source exists.

    ``environment`` and ``owner`` are slugs. ``configuration`` has a value for each parameter of the connector, a
    ``NewUpload`` where it asks for a file. Without ``schedule_seconds`` (``None``) it is looked at by hand only;
    with ``is_watched`` changes are followed as they happen where its connector can.
    """

    name: str
    kind: str
    environment: str
    owner: str | None
    configuration: Mapping[str, Any]
    schedule_seconds: int | None
    is_watched: bool
    loss_percent: int
    loss_at_least: int
    grace_seconds: int


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """What a source is to become: values of its own fields, and its configuration when something was said of it."""

    values: dict[str, Any]
    configured: Configured | None


def checked_source(metadata: SourceMetadata, source: Source | None = None) -> CheckedSource:
    """The metadata of a new source, or of a change of ``source``; at most three queries.

    Raises ``Invalid`` with every field that is not as it must be, parameters as ``configuration.<name>``.
    """
    errors: dict[str, Any] = {}
    told: dict[str, Any] = dict(metadata) if source else {"environment": "", **metadata}
    values: dict[str, Any] = {}
    for field, value in told.items():
        if resolve := _RESOLVERS.get(field):
            try:
                values[field] = resolve(field, value)
            except Invalid as invalid:
                errors |= invalid.fields
    made = None
    try:
        made = _configured(told, source)
    except Invalid as invalid:
        errors |= invalid.fields
    if errors:
        raise Invalid(errors)
    return CheckedSource(values, made)


def _configured(told: Mapping[str, Any], source: Source | None) -> Configured | None:
    if source and "configuration" not in told:
        return None
    kind = source.kind if source else told.get("kind", "")
    connector = connectors().get(kind)
    if connector is None:
        known = ", ".join(sorted(connectors()))
        raise Invalid({"kind": f"There is no connector of kind “{kind}”. There are {known}."})
    return configured(connector.parameters, told.get("configuration") or {}, kept_by(source) if source else None)


def refuse_name(name: str) -> None:
    """Raise ``Invalid`` when a source cannot have that name."""
    if not is_slug(name):
        raise Invalid({"name": SLUG_RULE})
    if name in RESERVED:
        raise Invalid({"name": f"“{name}” is a word of the site's own addresses; use another."})


def _environment(field: str, slug: str) -> Environment:
    environment = Environment.objects.filter(slug=slug).first() if slug else None
    if environment is None:
        known = ", ".join(Environment.objects.order_by("position", "slug").values_list("slug", flat=True)[:20])
        known = f"There are {known}." if known else "There are none yet: add one first."
        raise Invalid({field: f"There is no environment “{slug}”. {known}" if slug else "Name an environment."})
    return environment


def _owner(field: str, slug: str | None) -> Team | None:
    if not slug:
        return None
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        raise Invalid({field: f"There is no team “{slug}”."})
    return team


def _number(field: str, value: int | None) -> int | None:
    least, most = BOUNDS[field]
    if value is None and field == "schedule_seconds":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Invalid({field: f"Use a whole number from {least:,} to {most:,}."})
    return value


def _flag(field: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise Invalid({field: "Use true or false."})
    return value


_RESOLVERS = {"environment": _environment, "owner": _owner, "is_watched": _flag, **dict.fromkeys(BOUNDS, _number)}
