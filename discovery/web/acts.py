"""What may be decided about a discovered service in its state, as buttons of its menu and its page."""

from django.urls import reverse

from discovery.models import DiscoveredService, Standing, State

_PUBLISH = {"action": "publish", "label": "Publish", "icon": "upload", "is_likely": "yes"}
_IGNORE = {"action": "ignore", "label": "Ignore", "icon": "eye-off"}
_MATCH = {"action": "match", "label": "Match with a catalog service", "icon": "link"}
_PIN = {"action": "pin", "label": "Pin this match", "icon": "pin"}
_PART = {"action": "part", "label": "Not the same", "icon": "unlink"}
_RETIRE = {"action": "retire", "label": "Retire", "icon": "archive"}
_RESTORE = {"action": "restore", "label": "Restore", "icon": "arrow-back-up", "is_likely": "yes"}

_OPEN = [{**_PUBLISH, "key": "p"}, {**_IGNORE, "key": "i"}]
_BESIDE_ROW = {
    State.NEW: _OPEN,
    State.MATCHED: _OPEN,
    State.PUBLISHED: [{**_PART, "key": "n"}],
    State.MISSING: [{**_RETIRE, "key": "r"}],
    State.IGNORED: [{**_RESTORE, "key": "r"}],
    State.RETIRED: [{**_RESTORE, "key": "r"}],
}


def acts_for(one: DiscoveredService) -> list[dict[str, str]]:
    """``is_likely`` marks the one that most people want."""
    acts: list[dict[str, str]] = []
    if one.standing in (Standing.IGNORED, Standing.RETIRED):
        acts = [_RESTORE]
    elif one.standing == Standing.PUBLISHED:
        acts = [_PART] if one.is_pinned else [_PIN, _PART]
    else:
        acts = [_PUBLISH, _IGNORE, *([_PIN, _PART] if one.service_id else [_MATCH])]
    if one.standing not in (Standing.IGNORED, Standing.RETIRED) and one.state in (State.MISSING, State.PUBLISHED):
        acts = [*acts, _RETIRE]
    return _with_urls(acts)


def row_acts(state: str) -> list[dict[str, str]]:
    """What stands beside each row of a state of the inbox, with the letter that presses it."""
    return _with_urls(_BESIDE_ROW.get(state, []))


def _with_urls(acts: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{**act, "url": reverse(f"discovery:inbox-{act['action']}")} for act in acts]
