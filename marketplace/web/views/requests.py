"""Requests in the browser: the queue of those who decide, the requests somebody made, and the answers to one."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from common.access import require
from common.paging import Page, bounded_counts, page_of
from common.web.htmx import is_htmx, render
from common.web.paging import neighbours
from common.web.toasts import say
from marketplace.models import AccessMessage, AccessRequest, RequestState
from marketplace.permissions import Action
from marketplace.queries.requests import ORDERINGS, decided_by, requests, to_decide
from marketplace.querysets import held_by
from marketplace.subscriptions import OPEN
from marketplace.usecases.answer_question import answer_question
from marketplace.usecases.approve_request import approve_request
from marketplace.usecases.ask_back import ask_back
from marketplace.usecases.reject_request import reject_request
from marketplace.usecases.withdraw_request import withdraw_request
from marketplace.web.decision_forms import AnswerQuestion, ApproveRequest, AskBack, Confirm, RejectRequest
from marketplace.web.lookup import request_named
from marketplace.web.places import application_url, came_from
from marketplace.web.questions import Question, ask, data_of
from marketplace.web.request_rows import request_rows
from marketplace.web.words import owner_words

PER_PAGE = 25
WAITING, DECIDED, MADE = "waiting", "decided", "made"

Rows = QuerySet[AccessRequest]


def _decided(actor: Actor) -> Rows:
    return requests(actor).filter(decided_by(actor)).exclude(state__in=OPEN)


def _made(actor: Actor) -> Rows:
    return requests(actor).filter(held_by(actor, "subscription__application__"))


#: The lists of the page: what they hold, in which order, and how they are called.
LISTS: dict[str, tuple[Callable[[Actor], Rows], tuple[str, ...], str]] = {
    WAITING: (to_decide, ORDERINGS["requested"], "Open"),
    DECIDED: (_decided, ORDERINGS["-requested"], "Decided"),
    MADE: (_made, ORDERINGS["-requested"], "Made by me and my teams"),
}


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """One of the lists, ``?show=decided`` or ``?show=made``, else what waits, oldest first; eighteen queries with who
    asks and the menu, however many there are."""
    actor = request.actor
    require(actor, Action.MARKETPLACE_READ)
    shown = _shown(request.GET)
    read, ordering, _title = LISTS[shown]
    page: Page = page_of(
        _with_messages(read(actor)), ordering=ordering, limit=PER_PAGE, cursor=request.GET.get("cursor")
    )
    url = reverse("marketplace:approvals")
    counts = dict(
        zip(
            (WAITING, MADE),
            bounded_counts([to_decide(actor), _made(actor).filter(state=RequestState.ASKED)]),
            strict=True,
        )
    )
    context = {
        "section": "access",
        "shown": shown,
        "rows": request_rows(actor, page.items, request.get_full_path()),
        "lists": [
            {
                "title": one[2],
                "url": url if name == WAITING else f"{url}?show={name}",
                "count": counts.get(name),
                "is_current": name == shown,
            }
            for name, one in LISTS.items()
        ],
        **neighbours(request, page),
    }
    return render(request, "marketplace/approvals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """The button of a row sends the answer alone; the row takes the place of the one that asked."""
    found, form = _to_decide(request, public_id), ApproveRequest(data_of(request))

    def act() -> tuple[str, str]:
        values = form.cleaned_data
        approve_request(actor=request.actor, request=found, **values, now=timezone.now())
        return f"{_name(found)} is approved", "Gateways follow within about a second."

    if is_htmx(request) and request.POST.get("row") and form.is_valid():
        say(request, *act())
        return _row(request, found)
    effect = f"{found.subscription.application.name} can call {_what(found)} at once. Those who asked are told."
    question = Question(f"Approve {_name(found)}?", effect, "Approve")
    return _ask(request, question, form, act, found)


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _to_decide(request, public_id), RejectRequest(data_of(request))

    def act() -> tuple[str, str]:
        reject_request(actor=request.actor, request=found, **form.cleaned_data, now=timezone.now())
        return f"{_name(found)} is rejected", "Those who asked are told, with the reason."

    question = Question(f"Reject {_name(found)}?", "They may ask again.", "Reject", is_destructive=True)
    return _ask(request, question, form, act, found)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_more(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _to_decide(request, public_id), AskBack(data_of(request))

    def act() -> tuple[str, str]:
        ask_back(actor=request.actor, request=found, **form.cleaned_data, now=timezone.now())
        return "The question is asked", f"{found.asker} is told."

    question = Question(f"Ask {found.asker}", "The request stays open.", "Ask")
    return _ask(request, question, form, act, found)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _to_answer(request, public_id), AnswerQuestion(data_of(request))

    def act() -> tuple[str, str]:
        answer_question(actor=request.actor, request=found, **form.cleaned_data, now=timezone.now())
        return "The answer is sent", f"The request waits for {owner_words(found.subscription)} again."

    question = Question(f"Answer {owner_words(found.subscription)}", "Those who decide are told.", "Answer")
    return _ask(request, question, form, act, found)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _to_answer(request, public_id), Confirm(data_of(request))

    def act() -> tuple[str, str]:
        withdraw_request(actor=request.actor, request=found, now=timezone.now())
        return "The request is withdrawn", "Nobody decides about it any more."

    effect = f"It leaves the queue of {owner_words(found.subscription)}. You may ask again."
    question = Question(f"Withdraw {_name(found)}?", effect, "Withdraw", is_destructive=True)
    return _ask(request, question, form, act, found)


def _ask(
    request: HttpRequest, question: Question, form: Any, act: Callable[[], tuple[str, str]], found: AccessRequest
) -> HttpResponse:
    back = application_url(found.subscription.application)
    said = list(found.messages.order_by("at", "pk"))
    return ask(request, question, form, act, back=back, about=found, said=said)


def _row(request: HttpRequest, found: AccessRequest) -> HttpResponse:
    """The request as it is now, in place of its row."""
    rows = list(_with_messages(requests(request.actor).filter(pk=found.pk)))
    row = request_rows(request.actor, rows, came_from(request) or reverse("marketplace:approvals"))[0]
    return render(request, "marketplace/_request_row_answer.html", {"row": row})


def _with_messages(rows: Rows) -> Rows:
    """With ``message_rows``, what was asked back and answered, oldest first; one query besides."""
    return rows.prefetch_related(Prefetch("messages", AccessMessage.objects.order_by("at", "pk"), "message_rows"))


def _to_decide(request: HttpRequest, public_id: str) -> AccessRequest:
    found = request_named(request, public_id)
    require(request.actor, Action.ACCESS_DECIDE, found)
    return found


def _to_answer(request: HttpRequest, public_id: str) -> AccessRequest:
    found = request_named(request, public_id)
    require(request.actor, Action.ACCESS_ANSWER, found)
    return found


def _shown(query: QueryDict) -> str:
    shown = query.get("show", WAITING)
    return shown if shown in LISTS else WAITING


def _what(found: AccessRequest) -> str:
    return f"{found.subscription.api.title} {found.subscription.version.name}"


def _name(found: AccessRequest) -> str:
    return f"{found.subscription.application.name} for {found.subscription.api.title}"
