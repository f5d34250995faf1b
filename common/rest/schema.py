"""What drf-spectacular cannot see by itself: problems, rate limits and orderings are part of every operation."""

import re
from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from common.rest.problems import MEDIA_TYPE
from common.rest.serializers import InputSerializer


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


CLOSED = {"additionalProperties": False}
_ALWAYS = {
    400: "The request is not valid.",
    406: "There is no answer in a media type of `Accept`.",
    429: "The rate limit is used up; see `Retry-After`.",
}
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
_CLAUSE = re.compile(r"[^.;:]+")


def problems(answers: Mapping[int, str]) -> dict[tuple[int, str], OpenApiResponse]:
    """Problem answers beside the usual ones, for ``extend_schema(responses={...} | problems({409: "…"}))``."""
    return {(status, MEDIA_TYPE): OpenApiResponse(Problem, description=text) for status, text in answers.items()}


def share_answers(result: dict, generator: object, request: object, public: bool) -> dict:
    """Name what every operation repeats once: its rate limit headers and the usual problems (a spectacular hook)."""
    components = result.setdefault("components", {})
    headers = components.setdefault("headers", {})
    answers = components.setdefault("responses", {})
    usual = {**_ALWAYS, **_GUARDED, **_OBJECT, **_BODY}
    for operation in (one for path in result["paths"].values() for one in path.values()):
        for status, answer in operation["responses"].items():
            for name in answer.get("headers", {}):
                headers.setdefault(name, answer["headers"][name])
                answer["headers"][name] = {"$ref": f"#/components/headers/{name}"}
            if MEDIA_TYPE in answer.get("content", {}) and usual.get(int(status)) == answer["description"]:
                answers.setdefault(f"Problem{status}", answer)
                operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    return result


class InputScheme(OpenApiSerializerExtension):
    target_class = InputSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict:
        return {**auto_schema._map_serializer(self.target, direction, bypass_extensions=True), **CLOSED}


class PorticoSchema(AutoSchema):
    """An operation with the answers that every view of ours can give; its description's first clause sums it up."""

    def get_summary(self) -> str | None:
        first = _CLAUSE.match(self.get_description())
        return " ".join(first[0].split()) if first else None

    def get_override_parameters(self) -> list[OpenApiParameter]:
        return [
            OpenApiParameter(name, str, OpenApiParameter.HEADER, description=text, response=True)
            for name, text in _RATE_HEADERS.items()
        ]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status, text in self._usual_problems().items():
            if str(status) not in bodies and status not in bodies:
                answer = OpenApiResponse(Problem, description=text)
                bodies[str(status)] = self._get_response_for_code(answer, str(status), [MEDIA_TYPE], direction)
        return bodies

    def _usual_problems(self) -> dict[int, str]:
        # A token that is not valid is refused everywhere, also where anybody may read.
        problems = {**_ALWAYS, **_GUARDED}
        if "{" in self.path:
            problems |= _OBJECT
        if self.method in {"POST", "PUT", "PATCH"}:
            problems |= _BODY
        return dict(sorted(problems.items()))
