"""What is too large is refused before anything of it is read."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from common.web.bodies import BoundedBodies
from discovery.installed import connectors
from tests.personas import Cast

SIGN_IN = "/sign-in/"


class Untouchable:
    """A body that nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("path", "kind"), [("/discovery/add-source/", "text/html"), ("/api/v1/sources", "application/problem+json")]
)
def test_a_body_over_the_bound_is_not_read(settings: Any, path: str, kind: str):
    settings.PORTICO_MAX_BODY_BYTES = 1000
    request = RequestFactory().post(path, CONTENT_LENGTH="1001", CONTENT_TYPE="multipart/form-data; boundary=x")
    request.META["wsgi.input"] = request._stream = Untouchable()

    answer = BoundedBodies(lambda _: pytest.fail("it was let through"))(request)

    assert answer.status_code == 413
    assert answer["Content-Type"].startswith(kind)
    assert b"1,001 bytes" in answer.content


def test_it_comes_before_whatever_reads_a_form(cast: Cast, settings: Any):
    settings.PORTICO_MAX_BODY_BYTES = 1000
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "t" * 32
    assert client.post(SIGN_IN, {"csrfmiddlewaretoken": "x" * 1000}).status_code == 413
    assert client.post(SIGN_IN, {"csrfmiddlewaretoken": "x" * 100}).status_code == 403


def test_every_upload_that_a_connector_asks_for_has_room(settings: Any):
    largest = max(one.at_most for each in connectors().values() for one in each.parameters if one.kind == "upload")
    assert largest + 1_000_000 < settings.PORTICO_MAX_BODY_BYTES
