import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.actor import anonymous


@pytest.mark.parametrize("name", ["400", "403", "404", "429", "500", "csrf"])
def test_it_says_what_failed_with_and_without_a_request(name):
    request = RequestFactory().get("/")
    request.actor = anonymous()

    for html in (render_to_string(f"errors/{name}.html"), render_to_string(f"errors/{name}.html", request=request)):
        assert html.count("<h1") == 1
        assert "{{" not in html


def test_it_gives_the_reason_and_when_to_try_again():
    assert "Only maintainers &lt;may&gt;." in render_to_string("errors/403.html", {"detail": "Only maintainers <may>."})
    assert "Try again in 30 seconds." in render_to_string("errors/429.html", {"retry_after": 30})
