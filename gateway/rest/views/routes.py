"""Routes: instances of API versions that gateways carry."""

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Environment
from catalog.queries.versions import require_version, require_visible
from catalog.rest.views.versions import InstanceListView
from common.errors import Invalid
from common.rest.schema import problems
from common.rest.views import ListView, RestView
from gateway.models import Route
from gateway.permissions import Action
from gateway.queries.routes import route_of, routes, with_enforcement
from gateway.rest.serializers.routes import NewRouteInput, RouteDetail, RouteInput
from gateway.usecases.edit_route import edit_route
from gateway.usecases.remove_route import remove_route
from gateway.usecases.set_route import set_route


class RouteBaseView(RestView):
    """A view that answers with one route."""

    queryset = Route.objects.none()
    serializer_class = RouteDetail

    def answer(self, public_id: str, **options: Any) -> Response:
        (route,) = with_enforcement([route_of(self.actor, public_id)], timezone.now())
        return Response(RouteDetail(route, context=self.get_serializer_context()).data, **options)


class RoutedInstanceListView(InstanceListView):
    """Where a version can be reached, production first; and through gateways."""

    actions = {"POST": Action.ROUTE_MANAGE}

    @extend_schema(request=NewRouteInput, responses={201: RouteDetail} | problems({409: "The version is retired."}))
    def post(self, request: Request, api: str, version: str) -> Response:
        """Let the gateways of an environment carry the version; by those who maintain these gateways."""
        found = require_version(self.actor, api, version)
        body = NewRouteInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        made = set_route(
            actor=self.actor,
            version=found,
            environment=_environment(given.pop("environment")),
            upstream=given.pop("upstream"),
            path=given.pop("gateway_path"),
            settings=given,
            now=timezone.now(),
        )
        (route,) = with_enforcement([route_of(self.actor, made.public_id)], timezone.now())
        place = reverse("rest:gateway:route-detail", args=[made.public_id])
        answer = RouteDetail(route, context=self.get_serializer_context()).data
        return Response(answer, status=HTTPStatus.CREATED, headers={"Location": place})


class RouteListView(ListView):
    """The routes of an API, production first."""

    actions = {"GET": Action.GATEWAY_READ}
    queryset = Route.objects.none()
    serializer_class = RouteDetail
    orderings = {"environment": ("instance__environment__position", "instance__environment__slug", "path")}

    def get_queryset(self) -> QuerySet[Route]:
        if getattr(self, "swagger_fake_view", False):
            return Route.objects.none()
        require_visible(self.actor, self.kwargs["api"])
        return routes(self.actor, self.kwargs["api"])

    def paginate_queryset(self, queryset: QuerySet[Route]) -> list[Route]:
        return with_enforcement(super().paginate_queryset(queryset), timezone.now())


class RouteView(RouteBaseView):
    """One route."""

    actions = {"GET": Action.GATEWAY_READ, "PATCH": Action.ROUTE_MANAGE, "DELETE": Action.ROUTE_MANAGE}

    @extend_schema(responses=RouteDetail)
    def get(self, request: Request, route: str) -> Response:
        return self.answer(route)

    @extend_schema(request=RouteInput, responses=RouteDetail)
    def patch(self, request: Request, route: str) -> Response:
        """Change a route; with another path its instance has another address."""
        found, changes = route_of(self.actor, route), self.valid(RouteInput)
        if "gateway_path" in changes:
            changes["path"] = changes.pop("gateway_path")
        edit_route(actor=self.actor, route=found, changes=changes, now=timezone.now())
        return self.answer(route)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, route: str) -> Response:
        """Remove a route with its instance; calls to its path are refused from when the gateways hear of it."""
        remove_route(actor=self.actor, route=route_of(self.actor, route), now=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)


def _environment(slug: str) -> Environment:
    found = Environment.objects.filter(slug=slug).first()
    if found is None:
        raise Invalid({"environment": f"There is no environment {slug}."})
    return found
