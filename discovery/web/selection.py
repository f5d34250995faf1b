"""Which discovered services a form is about: one, those whose boxes are checked, or all that a filter selects."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from common.errors import NotFound
from common.web.addresses import parts_of
from discovery.models import DiscoveredService
from discovery.web.inbox import SELECT_AT_MOST, found_by, source_at
from discovery.web.inbox_question import question_of

_ID_DIGITS = 18
_SHOWN = ("source", "service", "proposed_owner")


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that the actor may see, and how many more of the filter were left for another time."""

    rows: list[DiscoveredService]
    is_part: bool = False


def selected(request: HttpRequest) -> Selection:
    """The rows that the form names; raises ``NotFound`` when it names none that the actor may know of.

    All of a filter are those that stood in the list when the page was read: what arrived since was seen by nobody.
    """
    if request.POST.get("all") and not request.POST.get("only"):
        found = _all_of_filter(request)
        rows = list(found[: SELECT_AT_MOST + 1])
        selection = Selection(rows[:SELECT_AT_MOST], len(rows) > SELECT_AT_MOST)
    else:
        selection = Selection(list(_rows(request).filter(pk__in=ids_of(request))))
    if not selection.rows:
        raise NotFound("Nothing was selected, or it is no longer there.")
    return selection


def ids_of(request: HttpRequest) -> list[int]:
    """The ids in a form (``only``, else each ``id``) or in the address of an undo (``ids``, with commas)."""
    posted = request.POST
    texts = [posted["only"]] if posted.get("only") else [*posted.getlist("id"), *request.GET.get("ids", "").split(",")]
    return [number for text in texts if (number := id_in(text)) is not None][:SELECT_AT_MOST]


def id_in(text: str) -> int | None:
    """The id that a form or an address holds; nothing for what no row can have."""
    return int(text) if text.isdecimal() and len(text) <= _ID_DIGITS else None


def _rows(request: HttpRequest) -> QuerySet[DiscoveredService]:
    visible = DiscoveredService.objects.visible_to(request.actor)
    return visible.select_related(*_SHOWN).order_by("-first_seen_at", "-pk")


def _all_of_filter(request: HttpRequest) -> QuerySet[DiscoveredService]:
    url = request.POST.get("next", "")
    source = source_at(request.actor, url)
    asked = parts_of(url)
    question = question_of(QueryDict(asked.query), asked.path, source.name if source else "")
    found = found_by(request.actor, question).select_related(*_SHOWN).order_by("-first_seen_at", "-pk")
    newest = _rows(request).filter(pk=id_in(request.POST.get("newest", "")))
    top = newest.values_list("first_seen_at", "pk").first()
    if top is None:
        return found
    return found.filter(Q(first_seen_at__lt=top[0]) | Q(first_seen_at=top[0], pk__lte=top[1]))
