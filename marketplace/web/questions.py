"""Questions before a decision: each is a page, and a dialog over the page it was asked from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

from common.web.forms import refusals_in
from common.web.htmx import redirect, render_form
from common.web.toasts import say
from marketplace.web.places import came_from

_PAGE, _PART = "marketplace/question.html", "marketplace/_question_dialog.html"


@dataclass(frozen=True, slots=True)
class Question:
    """``effect`` says what follows, ``submit`` is the verb on the button; ``is_destructive`` makes it red."""

    heading: str
    effect: str
    submit: str
    is_destructive: bool = False


def data_of(request: HttpRequest) -> QueryDict | None:
    """What was sent for a form; a question that has no fields is answered by being sent."""
    return request.POST if request.method == "POST" else None


def ask(
    request: HttpRequest,
    question: Question,
    form: forms.Form,
    act: Callable[[], tuple[str, str]],
    *,
    back: str,
    **context: Any,
) -> HttpResponse:
    """Show the question, or ``act`` once it is answered: that returns what is said afterwards, and with what
    consequence. The way goes back to ``?next=``, else to ``back``."""
    there = came_from(request) or back
    if form.is_valid():
        with refusals_in(form):
            title, text = act()
            say(request, title, text)
            return redirect(request, there)
    context |= {
        "section": "access",
        "question": question,
        "action_url": request.get_full_path(),
        "cancel_url": there,
    }
    return render_form(request, _PAGE, context, form=form, part=_PART)
