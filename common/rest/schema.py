"""What drf-spectacular cannot see by itself: problems, rate limits and orderings are part of every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from common.rest.problems import MEDIA_TYPE


class FieldError(serializers.Serializer):
    """One field of the input that is not as it must be."""

    field = serializers.CharField(allow_blank=True, help_text="Dotted path; empty for the whole input.")
    message = serializers.CharField()


class Problem(serializers.Serializer):
    """A problem document (RFC 9457). Further members belong to the condition that `code` names."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="The stable name of the condition.")
    detail = serializers.CharField()
    errors = FieldError(many=True, required=False)


_ALWAYS = {400: "The request is not valid.", 429: "The rate limit is used up; see `Retry-After`."}
_GUARDED = {401: "Sign-in required, or the token is not valid.", 403: "Not permitted."}
_OBJECT = {404: "There is no such object that the caller may see."}
_BODY = {
    411: "The body has no announced length.",
    413: "The body is too large.",
    415: "The body's media type is not read here.",
}
_RATE_HEADERS = {
    "RateLimit": 'What is left: `"read";r=remaining;t=seconds` (draft-ietf-httpapi-ratelimit-headers).',
    "RateLimit-Policy": 'The budget: `"read";q=requests;w=seconds` (draft-ietf-httpapi-ratelimit-headers).',
}


class PorticoSchema(AutoSchema):
    """An operation with the answers that every view of ours can give."""

    def get_override_parameters(self) -> list[OpenApiParameter]:
        return [
            OpenApiParameter(name, str, OpenApiParameter.HEADER, description=text, response=True)
            for name, text in _RATE_HEADERS.items()
        ]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status, text in self._problems().items():
            if str(status) not in bodies:
                answer = OpenApiResponse(Problem, description=text)
                bodies[str(status)] = self._get_response_for_code(answer, str(status), [MEDIA_TYPE], direction)
        return bodies

    def _problems(self) -> dict[int, str]:
        # A token that is not valid is refused everywhere, also where anybody may read.
        problems = {**_ALWAYS, **_GUARDED}
        if "{" in self.path:
            problems |= _OBJECT
        if self.method in {"POST", "PUT", "PATCH"}:
            problems |= _BODY
        return dict(sorted(problems.items()))
