"""Known and observed to a change set: the heart of a run, pure and in no order.

Nothing is gone unless the listing it would be in was complete. What is gone and what is new with the same identity,
one of each, is one service under another name. A loss above the source's share is not believed but held.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from discovery.connectors.base import EVERYWHERE
from discovery.facts import Spotted, filled, fingerprint, whole

HELD, REJECTED = "held", "rejected"


@dataclass(frozen=True, slots=True)
class Known:
    """What comparing needs of a row. ``is_absent``: missing or retired for want of being seen; ``is_unseen``: it was
    not seen by the last run, which proved nothing; ``is_newer``: a watch has written it since the run began to look.
    ``specification`` is the SHA-256 of the one it has."""

    id: int
    key: str
    kind: str
    namespace: str
    identity: str
    fingerprint: bytes
    is_absent: bool = False
    is_unseen: bool = False
    hold: str = ""
    is_newer: bool = False
    specification: str = ""
    specification_place: str = ""


@dataclass(frozen=True, slots=True)
class LossRule:
    """From which loss on a person is asked: at least ``at_least`` services and more than ``percent`` of the present."""

    percent: int = 30
    at_least: int = 10

    def is_held(self, lost: int, present: int) -> bool:
        return lost >= self.at_least and lost * 100 > present * self.percent


@dataclass(slots=True)
class ChangeSet:
    """What a run would write. ``changed`` and ``returned`` overlap when a row comes back with other facts; ``returned``
    also has rows that the last runs did not see, or that were held, which ``returned_count`` leaves out.

    ``seen`` has every row that was observed, with its gaps filled. ``unseen`` rows were seen before, are not now, and
    nothing is concluded; ``moved`` maps a row to the key it had. ``lost_count`` of ``present_count`` are not there.
    """

    new: list[Spotted] = field(default_factory=list)
    seen: dict[int, Spotted] = field(default_factory=dict)
    changed: dict[int, Spotted] = field(default_factory=dict)
    moved: dict[int, str] = field(default_factory=dict)
    returned: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    lost_count: int = 0
    present_count: int = 0
    returned_count: int = 0
    unchanged_count: int = 0

    @property
    def touched(self) -> set[int]:
        """Rows that say something else than before, or nothing any more."""
        return self.changed.keys() | self.returned | self.gone

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.returned or self.gone or self.held or self.unseen)


def compare(
    known: Iterable[Known],
    observed: Mapping[str, Spotted],
    complete: Collection[tuple[str, str]],
    loss: LossRule,
    stored: Mapping[int, Spotted] | None = None,
    same: int = 0,
) -> ChangeSet:
    """The change set between ``known`` rows and what was ``observed``, by key.

    ``complete`` holds the scopes (kind, namespace) that were read in full. ``stored`` has the stored observation of
    each known row for which an observation came with other gaps than its specification. Rows that are newer than what
    was observed are left alone. So many rows are the ``same`` as they were, and not among the known.
    """
    rows = {row.key: row for row in known}
    changes = ChangeSet()
    newer = [row for row in rows.values() if row.is_newer]
    if newer:
        observed, changes.unchanged_count = _without_newer(rows, newer, observed)
    away = {row.id: row for row in rows.values() if row.key not in observed}
    pairs = {key: rows[key] for key in observed if key in rows}
    pairs |= _moves(away, [spotted for key, spotted in observed.items() if key not in rows], complete)
    for key, spotted in observed.items():
        row = pairs.get(key)
        if row is None:
            changes.new.append(whole(spotted))
            continue
        away.pop(row.id, None)
        _note(changes, row, _completed(spotted, row, stored or {}))
    present = len(rows) + len(newer) - sum(row.is_absent or row.hold == REJECTED for row in (*rows.values(), *newer))
    _note_losses(changes, away.values(), complete)
    changes.present_count = same + present
    changes.unchanged_count += same
    held = {row.id for row in rows.values() if row.hold == HELD}
    _decide_losses(changes, held, loss)
    return changes


def _completed(spotted: Spotted, row: Known, stored: Mapping[int, Spotted]) -> Spotted:
    """The observation with what is known in the place of its gaps."""
    if not spotted.is_read:
        return filled(spotted, stored[row.id])
    if spotted.seen.specification_read:
        return spotted
    return spotted.with_specification(row.specification, row.specification_place)


def _without_newer(
    rows: dict[str, Known], newer: Iterable[Known], observed: Mapping[str, Spotted]
) -> tuple[dict[str, Spotted], int]:
    """What is left to compare once ``newer`` rows, taken out of ``rows``, are left alone; how many were observed.

    An unknown key with the identity of a newer row is left alone as well: it may be what that row was called before.
    """
    identities = {row.identity for row in newer if row.identity}
    older = {
        key: spotted for key, spotted in observed.items() if key in rows or spotted.seen.identity not in identities
    }
    left_alone = 0
    for row in newer:
        del rows[row.key]
        left_alone += older.pop(row.key, None) is not None
    return older, left_alone


def _note(changes: ChangeSet, row: Known, spotted: Spotted) -> None:
    changes.seen[row.id] = spotted
    differs = fingerprint(spotted) != row.fingerprint
    if differs:
        changes.changed[row.id] = spotted
    if row.key != spotted.seen.key:
        changes.moved[row.id] = row.key
    if row.is_absent or row.is_unseen or row.hold:
        changes.returned.add(row.id)
    if row.is_absent:
        changes.returned_count += 1
    elif not differs:
        changes.unchanged_count += 1


def _moves(away: Mapping[int, Known], fresh: list[Spotted], complete: Collection[tuple[str, str]]) -> dict[str, Known]:
    """Key of a new observation -> the row that it continues: the same identity, one of each, the old one gone.

    A row that has just gone comes before those that have been absent for a while.
    """
    gone: dict[str, list[Known]] = {}
    absent: dict[str, list[Known]] = {}
    for row in away.values():
        if row.identity and (row.is_absent or _is_complete(row, complete)):
            (absent if row.is_absent else gone).setdefault(row.identity, []).append(row)
    counts = Counter(spotted.seen.identity for spotted in fresh if spotted.seen.identity)
    moves: dict[str, Known] = {}
    for spotted in fresh:
        identity = spotted.seen.identity or ""
        rows = gone.get(identity) or absent.get(identity, [])
        if len(rows) == 1 and counts[identity] == 1:
            moves[spotted.seen.key] = rows[0]
    return moves


def _is_complete(row: Known, complete: Collection[tuple[str, str]]) -> bool:
    return (row.kind, EVERYWHERE) in complete or (row.kind, row.namespace) in complete


def _note_losses(changes: ChangeSet, away: Iterable[Known], complete: Collection[tuple[str, str]]) -> None:
    for row in away:
        if row.is_absent or row.hold == REJECTED:
            continue
        if _is_complete(row, complete):
            changes.gone.add(row.id)
        elif not row.is_unseen and not row.hold:
            changes.unseen.add(row.id)


def _decide_losses(changes: ChangeSet, waiting: set[int], loss: LossRule) -> None:
    """Hold what is gone when it is too much to believe.

    ``waiting`` rows are held already, and stay so until a person decides or some of them are seen again, which makes
    the rest a loss like any other. Services that have come since make its share smaller, but say nothing about it.
    """
    changes.lost_count = len(changes.gone)
    is_held = loss.is_held(changes.lost_count, changes.present_count)
    if is_held or not waiting & changes.returned:
        changes.gone -= waiting
    if is_held:
        changes.held, changes.gone = changes.gone, set()
