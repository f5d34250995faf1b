"""What people and programs say about a publication rule, checked and put into the row."""

from collections.abc import Mapping
from typing import Any, TypedDict

from accounts.actor import Actor
from accounts.audit import Difference
from catalog.changes import set_fields
from catalog.models import Environment, ServiceKind, Visibility
from catalog.references import resolved
from common.errors import Invalid
from discovery.models import PublicationRule, Source
from discovery.rule_order import last_position
from discovery.rules import is_glob
from discovery.selectors import checked_selector

_ROWS = ("owner", "domain", "system")
_WORDS = {"kind": ServiceKind.values, "visibility": Visibility.values}
_PLAIN = ("name", "position", "is_active", "action", "publishes_unowned", "publishes_drafts")
_NAMED = {"sources": (Source, "name", "source"), "environments": (Environment, "slug", "environment")}
POSITION_AT_MOST = 1_000_000
# Words of our own addresses.
_RESERVED = ("new", "preview")


class RuleMetadata(TypedDict, total=False):
    """A key that is absent leaves the field as it is; an empty value says nothing of it. Rows are named by slug."""

    name: str
    position: int
    is_active: bool
    selector: Mapping[str, Any]
    action: str
    kind: str
    domain: str | None
    system: str | None
    owner: str | None
    visibility: str
    publishes_unowned: bool
    publishes_drafts: bool


def set_rule(rule: PublicationRule, metadata: Mapping[str, Any], actor: Actor) -> Difference:
    """Set, not save, what the metadata says and return field -> (before, after).

    The name is set only while the rule is new, because addresses and reasons name it; then it also comes last unless
    the metadata has a position. Raises ``Invalid`` by field with
    everything that is wrong; what is in the selector is named ``selector.<part>``.
    """
    errors: dict[str, Any] = {}
    values: dict[str, Any] = {field: metadata[field] for field in _PLAIN if field in metadata}
    if rule.pk:
        values.pop("name", None)
    else:
        values.setdefault("position", last_position())
    for check in (_selector, _words, _rows, _position):
        try:
            values |= check(metadata, actor)
        except Invalid as invalid:
            errors |= invalid.fields
    try:
        difference = set_fields(rule, values)
    except Invalid as invalid:
        errors |= invalid.fields
    if not rule.pk and rule.name in _RESERVED:
        errors["name"] = f"“{rule.name}” is a word of the site's own addresses; use another."
    if errors:
        raise Invalid(errors)
    return difference


def _selector(metadata: Mapping[str, Any], _actor: Actor) -> dict[str, Any]:
    if "selector" not in metadata:
        return {}
    stored = checked_selector(metadata["selector"])
    errors = {}
    for part, (model, column, noun) in _NAMED.items():
        named = {name for name in stored.get(part, ()) if not is_glob(name)}
        known = set(model.objects.filter(**{f"{column}__in": named}).values_list(column, flat=True)) if named else set()
        if named - known:
            errors[f"selector.{part}"] = [f"There is no {noun} “{name[:100]}”." for name in sorted(named - known)]
    if errors:
        raise Invalid(errors)
    return {"selector": stored}


def _words(metadata: Mapping[str, Any], _actor: Actor) -> dict[str, str]:
    given = {field: metadata[field] or "" for field in _WORDS if field in metadata}
    wrong = {field: value for field, value in given.items() if value and value not in _WORDS[field]}
    if wrong:
        raise Invalid({field: f"Use one of: {', '.join(_WORDS[field])}." for field in wrong})
    return given


def _rows(metadata: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    given = {field: metadata[field] for field in _ROWS if field in metadata}
    cleared = {field: None for field, value in given.items() if not value}
    return cleared | resolved({field: value for field, value in given.items() if value}, actor)


def _position(metadata: Mapping[str, Any], _actor: Actor) -> dict[str, int]:
    position = metadata.get("position", 0)
    if not 0 <= position <= POSITION_AT_MOST:
        raise Invalid({"position": f"Use a number from 0 to {POSITION_AT_MOST:,}."})
    return {}
