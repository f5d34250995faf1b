"""What has just happened, for the toasts of the next answer: a sentence, its consequence and the way back."""

from django.contrib import messages
from django.http import HttpRequest

_LINE = "\n"


def say(request: HttpRequest, title: str, text: str = "", *, undo_url: str = "", level: int = messages.SUCCESS) -> None:
    """Keep a toast for the next page or part; ``undo_url`` is posted to."""
    messages.add_message(request, level, f"{title}{_LINE}{text}" if text else title, extra_tags=undo_url)


def parts_of(message: str) -> tuple[str, str]:
    """The sentence and the consequence of a message."""
    title, _, text = message.partition(_LINE)
    return title, text
