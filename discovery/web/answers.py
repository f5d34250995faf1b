"""What a decision about discovered services answers: a question first, or where it was made from, with a toast."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from common.web.addresses import path_here
from common.web.htmx import is_htmx, redirect, render
from common.web.toasts import say
from common.web.words import counted
from discovery.models import DiscoveredService
from discovery.web.attempts import Attempt
from discovery.web.inbox import inbox_context, source_at

#: So many can be taken back with one click; their ids stand in its address.
UNDO_AT_MOST = 100
_NAMED_AT_MOST = 5
_NOT_CARRIED = frozenset({"csrfmiddlewaretoken"})


def safe_next(request: HttpRequest, target: str = "") -> str:
    """The page of this site that the form came from; the inbox when it does not say."""
    asked = target or request.POST.get("next") or request.GET.get("next") or ""
    return path_here(request, asked) or reverse("discovery:inbox")


def answer(request: HttpRequest) -> HttpResponse:
    """The inbox again where htmx asked from there, else the page the form came from."""
    onward = safe_next(request)
    if not (is_htmx(request) and request.POST.get("part") == "inbox"):
        return redirect(request, onward)
    context = inbox_context(request, source=source_at(request.actor, onward), url=onward)
    response = render(request, "discovery/_inbox.html", {**context, "says": True})
    response["HX-Replace-Url"] = context["inbox"].here_url
    return response


def ask(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The question as a page, or for htmx as a dialog over the list; it carries along what was sent so far."""
    asked = context.get("asks", ())
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_CARRIED and name not in asked
        for value in values
    ]
    known = {**context, "question": template, "carried": carried, "cancel_url": safe_next(request)}
    known["part"] = request.POST.get("part") == "inbox"
    response = render(request, "discovery/question.html", known, part="discovery/_question_dialog.html", status=status)
    if is_htmx(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#question", "innerHTML"
    return response


def tell(
    request: HttpRequest,
    attempt: Attempt,
    done: Sequence[DiscoveredService],
    *,
    words: str,
    text: str = "",
    undo: bool = False,
    left: bool = False,
) -> None:
    """Toasts for what was done and what was not. ``words`` follows the number: «are ignored»."""
    undo_url = ""
    if undo and 0 < len(done) <= UNDO_AT_MOST:
        ids = ",".join(str(row.pk) for row in done)
        undo_url = f"{reverse('discovery:inbox-restore')}?ids={ids}&next={_quoted(safe_next(request))}"
    if done:
        text = f"{text} More are left of this filter.".strip() if left else text
        say(request, f"{_subject(done)} {words if len(done) > 1 else _singular(words)}", text, undo_url=undo_url)
    if attempt.refused:
        count = counted(len(attempt.refused), "service was not changed,services were not changed")
        say(request, count, _reasons(attempt.refused), level=messages.WARNING)
    elif not done:
        say(request, "Nothing changed", "It was decided already.", level=messages.INFO)


def _subject(rows: Sequence[DiscoveredService]) -> str:
    return _short(rows[0].name) if len(rows) == 1 else counted(len(rows), "service,services")


def _singular(words: str) -> str:
    return f"is {words.removeprefix('are ')}" if words.startswith("are ") else words


def _reasons(refused: Sequence[tuple[DiscoveredService, str]]) -> str:
    named = [f"{_short(row.name)}: {reason}" for row, reason in refused[:_NAMED_AT_MOST]]
    more = len(refused) - len(named)
    return " ".join([*named, f"And {counted(more, 'other,others')}."] if more else named)


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:59]}…"


def _quoted(url: str) -> str:
    query = QueryDict(mutable=True)
    query["u"] = url
    return query.urlencode().removeprefix("u=")
