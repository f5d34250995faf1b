"""The rows of the inbox as markup.

In Python and not in a template: a page has fifty rows of some hundred values each, and most of its time went into
looking them up. What a person or a place wrote goes through ``escape``; the rest is a literal here or markup already.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from catalog.addresses import service_page
from common.web.templatetags.components import badge, icon, kind_icon, when
from common.web.words import NONE, initials
from discovery.models import DiscoveredService, State
from discovery.web.acts import row_acts
from discovery.web.inbox_rows import InboxRow, Proposed

_BUTTON = "button button-small button-square button-quiet"


def rows_markup(rows: Sequence[InboxRow], state: str) -> SafeString:
    """The rows of the table in ``state``; empty without rows."""
    cells = _CELLS[State(state)]
    acts = row_acts(state)
    several = len({row.discovered.cluster for row in rows}) > 1
    return mark_safe("".join(_row(row, cells(row), acts, several) for row in rows))  # noqa: S308


def _row(row: InboxRow, cells: str, acts: Sequence[Mapping[str, str]], several_clusters: bool) -> str:
    one, name = row.discovered, escape(row.discovered.name)
    box = actions = ""
    if row.may_decide:
        box = (
            f'<input class="choice-box" type="checkbox" name="id" value="{row.id}" form="bulk"'
            f' aria-label="Select {name}" data-select>'
        )
        actions = "".join(_act(act, row.id, name) for act in acts) + _menu(row.url, name)
    return (
        f'<tr id="discovered-{row.id}" data-row><td class="fit">{box}</td>'
        f'<th scope="row"><div class="inbox-name">{kind_icon(one.proposed_kind)}<div>'
        f'<a href="{row.url}" class="name" data-row-link>{name}</a>'
        f'<p class="meta mono">{_place(one, several_clusters)}</p></div></div></th>'
        f"{cells}{_time(one.first_seen_at)}"
        f'<td class="row-actions">{actions}</td></tr>\n'
    )


def _place(one: DiscoveredService, several_clusters: bool) -> str:
    place = escape(one.namespace or one.object_kind)
    if several_clusters and one.cluster:
        return f'{place} <span class="inbox-cluster">{escape(one.cluster)}</span>'
    return place


def _act(act: Mapping[str, str], number: int, name: str) -> str:
    return (
        f'<button class="{_BUTTON}" type="submit" form="bulk" name="only" value="{number}" formaction="{act["url"]}"'
        f' data-key="{act["key"]}" aria-label="{act["label"]} {name}" title="{act["label"]}">{icon(act["icon"])}'
        "</button>\n"
    )


def _menu(url: str, name: str) -> str:
    """The menu of the row; what else one may do is asked for when it opens."""
    return (
        f'<details class="menu" hx-get="{url}actions/" hx-trigger="toggle once" hx-target="find .menu-list"'
        f' hx-swap="innerHTML"><summary class="{_BUTTON}" aria-label="More for {name}">{icon("dots")}</summary>'
        f'<div class="menu-list"><a class="menu-item" href="{url}">{icon("file-text")}What was seen</a></div></details>'
    )


def _new(row: InboxRow) -> str:
    proposals = "".join(_proposal(proposal, row) for proposal in row.proposals)
    return f"{proposals}{_specification(row)}{_exposure(row)}{_runs(row)}"


def _known(row: InboxRow) -> str:
    return f"{_service(row)}{_specification(row)}{_exposure(row)}{_runs(row)}"


def _missing(row: InboxRow) -> str:
    one = row.discovered
    since = f'<td class="numeric" data-label="Missing">{when(one.missing_since)}</td>'
    return f"{_service(row)}{_exposure(row)}{since}{_time(one.last_seen)}"


def _aside(row: InboxRow) -> str:
    return (
        f'<td data-label="By">{escape(row.set_aside_by)}</td>'
        f'<td data-label="Reason" class="inbox-reason">{escape(row.set_aside_reason or NONE)}</td>'
        f"{_exposure(row)}{_time(row.set_aside_at)}{_time(row.discovered.last_seen)}"
    )


_CELLS: Mapping[State, Callable[[InboxRow], str]] = {
    State.NEW: _new,
    State.MATCHED: _known,
    State.PUBLISHED: _known,
    State.MISSING: _missing,
    State.IGNORED: _aside,
    State.RETIRED: _aside,
}


def _proposal(proposal: Proposed, row: InboxRow) -> str:
    where = 'data-label="Owner"' if proposal.is_team else 'class="only-wide"'
    value = _proposed(proposal)
    if row.may_decide:
        edit = f"{row.url}edit/?field={proposal.field}"
        key = ' data-key="e"' if proposal.is_team else ""
        value = (
            f'<a class="inbox-value" href="{edit}" hx-get="{edit}" hx-target="#discovered-{row.id}" title="Edit"{key}>'
            f"{value}</a>"
        )
    else:
        value = f'<span class="inbox-value">{value}</span>'
    return f'<td {where}>{value}<p class="meta">{escape(proposal.reason)}</p></td>'


def _proposed(proposal: Proposed) -> str:
    if proposal.is_team:
        return _team(proposal.title) if proposal.title else badge("owner", "none")
    if not proposal.title:
        return '<span class="inbox-unset">Not proposed</span>'
    within = f' <span class="inbox-unset">/ {escape(proposal.within)}</span>' if proposal.within else ""
    return f'<span class="inbox-words">{escape(proposal.title)}{within}</span>'


def _service(row: InboxRow) -> str:
    """Which service of the catalog it is and why, and whose."""
    one, service = row.discovered, row.service
    if service is not None:
        words = f'<span class="inbox-words">{escape(service.title)}</span>'
        value = f'<a href="{service_page(service.slug)}" class="inbox-value">{words}</a>'
    else:
        words = "Not published" if one.service_id is None else "A private service"
        value = f'<span class="inbox-unset">{words}</span>'
    if service is not None:
        pin = f"{icon('pinned', 14, 'Pinned')} " if one.is_pinned else ""
        value += f'<p class="meta">{pin}{escape(one.match_reason or "published from here")}</p>'
    return f'<td data-label="Is">{value}</td><td data-label="Owner">{_owner(row)}</td>'


def _owner(row: InboxRow) -> str:
    if row.owner is not None:
        proposed = "" if row.service else '<p class="meta">proposed</p>'
        return f'<span class="inbox-team">{_team(row.owner.title)}</span>{proposed}'
    if row.service is not None or row.discovered.service_id is None:
        return badge("owner", "none")
    return NONE


def _team(title: str) -> str:
    return (
        f'<span class="team-tile" aria-hidden="true">{escape(initials(title))}</span>'
        f'<span class="inbox-words">{escape(title)}</span>'
    )


def _specification(row: InboxRow) -> str:
    found = row.specification
    words = escape(found.words)
    if found.calls:
        words = f'<span class="state state-warn">{icon("alert-triangle", 14)}{words}</span>'
    elif not found.is_found:
        words = f'<span class="inbox-unset">{words}</span>'
    place = escape(found.place)
    if place:
        words += f'<p class="meta mono truncate" title="{place}">{place}</p>'
    if found.note:
        words += f'<p class="meta inbox-note">{escape(found.note)}</p>'
    return f'<td class="only-wide">{words}</td>'


def _exposure(row: InboxRow) -> str:
    one = row.discovered
    return _reached(one.exposure, bool(one.is_open), one.mtls)


@lru_cache(maxsize=64)
def _reached(exposure: str, is_open: bool, mtls: str) -> str:
    """From where it is reached, and the mode of mTLS: in its icon alone where all is well, nothing where not known."""
    mode = f" {badge('mtls', mtls, alone=mtls == 'strict')}" if mtls else ""
    return f'<td data-label="Exposure">{badge("exposure", "open" if is_open else exposure)}{mode}</td>'


def _runs(row: InboxRow) -> str:
    runs = row.runs
    short = " inbox-short" if runs.short else ""
    ready = f'<p class="meta{short}">{escape(runs.ready)}</p>' if runs.ready else ""
    return f'<td class="only-wide inbox-runs inbox-roomy">{escape(runs.words or NONE)}{ready}</td>'


def _time(moment: object) -> str:
    return f'<td class="numeric only-wide">{when(moment)}</td>'
