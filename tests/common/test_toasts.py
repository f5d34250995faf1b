"""A toast keeps its consequence and its way back until the next page shows it."""

from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template import engines

from common.web.toasts import say


def shown(title: str, text: str = "", undo_url: str = "") -> str:
    request = HttpRequest()
    request._messages = CookieStorage(request)
    say(request, title, text, undo_url=undo_url)
    template = engines["django"].from_string("{% for message in messages %}{% toast message %}{% endfor %}")
    return template.render({"messages": get_messages(request)}, request)


def test_it_tells_what_happened_what_follows_and_how_to_take_it_back():
    toast = shown("4 services are ignored", "No run undoes this.", "/undo/?ids=1,2")

    assert "<strong>4 services are ignored</strong><p>No run undoes this.</p>" in toast
    assert 'action="/undo/?ids=1,2"' in toast
    assert "csrfmiddlewaretoken" in toast


def test_it_is_a_sentence_alone_when_there_is_no_more_to_say():
    toast = shown("Saved")

    assert "<strong>Saved</strong></div>" in toast
    assert "<form" not in toast


def test_it_escapes_names():
    assert "<script>" not in shown("<script>", "<script>")
