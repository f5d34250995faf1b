"""The system check that every REST view has said who may call it."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from common.access import has_rule
from common.rest.views import RestView


@register()
def every_rest_view_is_declared(**_: Any) -> list[Error]:
    """One error for each method of a REST view that has neither an action with a rule nor a reason to be public."""
    views = dict.fromkeys(_rest_views(get_resolver().url_patterns))
    return [error for view in views for error in _errors_of(view)]


def _rest_views(patterns: list[URLPattern | URLResolver]) -> Iterator[type[APIView]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _rest_views(pattern.url_patterns)
        elif isinstance(view := getattr(pattern.callback, "cls", None), type) and issubclass(view, APIView):
            yield view


def _errors_of(view: type[APIView]) -> Iterator[Error]:
    if not issubclass(view, RestView):
        yield Error(f"{view.__qualname__} is not a RestView.", obj=view, id="portico.E001")
        return
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        if not hasattr(view, method.lower()):
            continue
        action = view.actions.get(method)
        if action is None and not view.public:
            hint = "Give it an action in `actions`, or say in `public` why anybody may call it."
            yield Error(f"{view.__qualname__}.{method.lower()} names no action.", hint, view, "portico.E002")
        elif action is not None and not has_rule(action):
            yield Error(f"Nothing grants {action}.", obj=view, id="portico.E003")
