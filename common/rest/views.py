"""The base of every REST view.

A view says what it is: ``queryset`` (read through ``visible_to``), ``serializer_class``, ``filterset_class``,
``orderings`` and, for each method, the ``actions`` it performs. A method without an action needs ``public``: the
sentence that says why anybody may call it. A system check refuses to start otherwise.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import mixins
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from common.access import Actor, SignInRequired, require
from common.addresses import client_address
from common.errors import Throttled
from common.rest.body import require_length
from common.rest.limits import Standing, budget_for, charge
from common.rest.parameters import refuse_unknown, refuse_unreadable


class RestView(GenericAPIView):
    """One resource. A safe method is required of the actor here, any other by its use case with the object.

    An unsafe method with an action is refused to anonymous callers before the body is read.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    actions: ClassVar[Mapping[str, str]] = {}
    public: ClassVar[str] = ""
    orderings: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # Names of query parameters beside those of the filters and the pages; described with extend_schema.
    query_parameters: ClassVar[tuple[str, ...]] = ()
    standing: Standing | None = None

    @property
    def actor(self) -> Actor:
        return self.request.actor

    def get_queryset(self) -> QuerySet:
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset.none()
        return queryset.visible_to(self.actor)

    def visible(self, queryset: QuerySet, **lookup: Any) -> Any:
        """The one object of ``queryset`` that the actor may know of; 404 otherwise."""
        return get_object_or_404(queryset.visible_to(self.actor), **lookup)

    def valid(self, serializer: type[Serializer]) -> dict[str, Any]:
        """The request's body as the serializer reads it; raises 400 by field."""
        body = serializer(data=self.request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        refuse_unreadable(request._request, kwargs)
        require_length(request._request)
        self._authenticate_within_limits(request)
        super().initial(request, *args, **kwargs)
        self._require_action(request)
        refuse_unknown(request._request, self.known_parameters(request.method))

    def known_parameters(self, method: str) -> set[str]:
        """The query parameters this method takes; writes take only what the view declares."""
        known = set(self.query_parameters)
        if method in SAFE_METHODS and isinstance(self, mixins.ListModelMixin):
            known |= {*self.paginator.parameter_names, *self._filter_names()}
        return known

    def _filter_names(self) -> set[str]:
        filterset = getattr(self, "filterset_class", None)
        return set(filterset.base_filters) if filterset else set()

    def _authenticate_within_limits(self, request: Request) -> None:
        try:
            self.perform_authentication(request)
        except AuthenticationFailed:
            # Guessing tokens costs the address its anonymous budget.
            self._charge(request._request, f"address:{client_address(request._request)}", authenticated=False)
            raise
        self._charge(request._request, request.actor.budget_key, authenticated=request.actor.is_authenticated)

    def _charge(self, request: HttpRequest, key: str, *, authenticated: bool) -> None:
        budget = budget_for(authenticated=authenticated, publishes=request.method not in SAFE_METHODS)
        self.standing = charge(budget, key)
        if self.standing and self.standing.exceeded:
            raise Throttled(
                f"The budget of {budget.quota} requests a minute is used up.",
                retry_after=self.standing.reset_seconds,
            )

    def _require_action(self, request: Request) -> None:
        method = "GET" if request.method == "HEAD" else request.method
        action = self.actions.get(method)
        if action is None:
            return
        if method in SAFE_METHODS:
            require(request.actor, action)
        elif not request.actor.is_authenticated:
            raise SignInRequired("Sign in, or send an API token, to do this.")

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.standing:
            for name, value in self.standing.headers().items():
                response[name] = value
        return response


class ListView(mixins.ListModelMixin, RestView):
    """GET answers one page of what the actor may see."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class DetailView(mixins.RetrieveModelMixin, RestView):
    """GET answers the one object the path names, 404 when the actor may not know of it."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)
