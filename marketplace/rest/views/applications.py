"""Applications."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.schema import problems
from common.rest.views import ListView, RestView
from marketplace.filters import ApplicationFilter
from marketplace.models import Application
from marketplace.permissions import Action
from marketplace.queries.applications import ORDERINGS, application_of, applications, with_counts
from marketplace.rest.serializers.applications import ApplicationDetail, ApplicationInput, NewApplicationInput
from marketplace.usecases.create_application import create_application
from marketplace.usecases.edit_application import edit_application
from marketplace.usecases.retire_application import retire_application

_TAKEN = problems({409: "There is one of that name already, or it is retired."})


class ApplicationBaseView(RestView):
    """A view that answers with one application."""

    queryset = Application.objects.none()
    serializer_class = ApplicationDetail

    def answer(self, public_id: str, **options: object) -> Response:
        return Response(self.get_serializer(application_of(self.actor, public_id)).data, **options)


class ApplicationListView(ListView, ApplicationBaseView):
    """Applications: one's own, those of one's teams, and those that asked for one's APIs."""

    actions = {"GET": Action.MARKETPLACE_READ, "POST": Action.APPLICATION_CREATE}
    filterset_class = ApplicationFilter
    orderings: ClassVar = dict(ORDERINGS)

    def get_queryset(self) -> QuerySet[Application]:
        return Application.objects.none() if getattr(self, "swagger_fake_view", False) else applications(self.actor)

    def paginate_queryset(self, queryset: QuerySet[Application]) -> Sequence[Application]:
        return with_counts(self.actor, super().paginate_queryset(queryset))

    @extend_schema(request=NewApplicationInput, responses={201: ApplicationDetail} | _TAKEN)
    def post(self, request: Request) -> Response:
        """Add an application, of the caller or of one of their teams."""
        made = create_application(actor=self.actor, **self.valid(NewApplicationInput), now=timezone.now())
        place = reverse("rest:marketplace:application-detail", args=[made.public_id])
        return self.answer(made.public_id, status=HTTPStatus.CREATED, headers={"Location": place})


class ApplicationView(ApplicationBaseView):
    """One application."""

    actions = {"GET": Action.MARKETPLACE_READ, "PATCH": Action.APPLICATION_EDIT}

    @extend_schema(responses=ApplicationDetail)
    def get(self, request: Request, application: str) -> Response:
        return self.answer(application)

    @extend_schema(request=ApplicationInput, responses={200: ApplicationDetail} | _TAKEN)
    def patch(self, request: Request, application: str) -> Response:
        """Change what is said about an application. Another `team` holds it, and its keys, from then on."""
        found = application_of(self.actor, application)
        edit_application(actor=self.actor, application=found, metadata=self.valid(ApplicationInput), now=timezone.now())
        return self.answer(application)


class RetireApplicationView(ApplicationBaseView):
    """An application that is no more."""

    actions = {"POST": Action.APPLICATION_EDIT}

    @extend_schema(request=None, responses=ApplicationDetail)
    def post(self, request: Request, application: str) -> Response:
        """Retire an application: its subscriptions are revoked, and its keys open nothing any more."""
        found = application_of(self.actor, application)
        retire_application(actor=self.actor, application=found, now=timezone.now())
        return self.answer(application)
