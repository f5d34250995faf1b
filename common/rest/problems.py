"""Every error of the REST API as a problem document (RFC 9457).

``type`` is ``about:blank`` and ``title`` the phrase of the status; the condition's stable name is ``code``. Errors of
single fields stand in ``errors``, each with ``field`` (dotted path, empty for the whole input) and ``message``.
"""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from common.errors import Invalid, NotFound, PorticoError

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)

Problem = dict[str, Any]

# The phrases of RFC 9110 where those of older Pythons are of the RFCs before it.
_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}

_FRAMEWORK_SENTENCES: dict[type[exceptions.APIException], str] = {
    exceptions.MethodNotAllowed: "This method is not possible here. The header Allow names those that are.",
    exceptions.NotAcceptable: "There is no answer in a media type that the header Accept names.",
    exceptions.UnsupportedMediaType: "A body of this media type is not read here.",
}


def problem(status: int, detail: str, code: str = "", **extensions: Any) -> Problem:
    """The members of a problem document."""
    title = _PHRASES.get(status) or HTTPStatus(status).phrase
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code or title.lower().replace(" ", "-"),
        "detail": detail,
        **extensions,
    }


def problem_response(status: int, detail: str, code: str = "") -> HttpResponse:
    """A problem outside of REST views: unknown URLs, refused CSRF checks, a failure in a middleware."""
    return HttpResponse(orjson.dumps(problem(status, detail, code)), status=status, content_type=MEDIA_TYPE)


def is_api(request: HttpRequest) -> bool:
    """Whether the request is for the REST API, so that its errors are problems and not pages."""
    return request.path_info.startswith("/api/")


def handle_exception(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever a REST view raised; what is not foreseen is logged and answered without detail."""
    set_rollback()
    error = _translated(error)
    if isinstance(error, PorticoError):
        return _of_condition(error, context)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    request = context["request"]._request
    got_request_exception.send(sender=type(context["view"]), request=request)
    log.error("unforeseen error at %s %s", request.method, request.path, exc_info=error)
    return _response(problem(500, "Something failed here. It is in the log.", "error"))


def _translated(error: Exception) -> Exception:
    match error:
        case Http404():
            return NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied(str(error) or None)
        case ValidationError():
            return exceptions.ValidationError(exceptions._get_error_details(_messages(error)))
        case RequestDataTooBig():
            return _TooBig()
        case SuspiciousOperation():
            return exceptions.ParseError("The request cannot be read.")
    return error


class _TooBig(PorticoError):
    status = 413
    code = "body-too-large"
    title = "Content too large"


def _messages(error: ValidationError) -> Any:
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def _of_condition(error: PorticoError, context: Mapping[str, Any]) -> Response:
    body = problem(error.status, error.detail, error.code, **error.extensions)
    headers = {}
    if isinstance(error, Invalid):
        body["detail"] = "The input is not valid."
        body["errors"] = [
            {"field": field, "message": sentence} for field, sentences in error.fields.items() for sentence in sentences
        ]
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = context["view"].get_authenticate_header(context["request"])
    return _response(body, headers)


def _of_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if isinstance(error, exceptions.ValidationError):
        body = problem(400, "The input is not valid.", "invalid", errors=list(_flattened(error.detail)))
    else:
        body = problem(error.status_code, _FRAMEWORK_SENTENCES.get(type(error), str(error.detail)))
    return _response(body, headers)


def _flattened(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, member in detail.items():
            own = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _flattened(member, own)
    elif isinstance(detail, list | tuple):
        for position, member in enumerate(detail):
            nested = isinstance(member, Mapping | list | tuple)
            yield from _flattened(member, f"{path}.{position}".lstrip(".") if nested else path)
    else:
        yield {"field": path, "message": str(detail)}


def _response(body: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)
