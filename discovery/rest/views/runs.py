"""Runs of a source, their problems, and the losses that wait for a person."""

from http import HTTPStatus
from typing import ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.views import ListView, RestView
from discovery.models import Run, RunProblem
from discovery.permissions import Action
from discovery.queries.runs import ORDERINGS, PROBLEM_ORDERINGS, problems_of, run_of, runs_of
from discovery.queries.sources import source_named
from discovery.rest.serializers.runs import ProblemOfRun, RunDetail, RunSummary
from discovery.usecases.queue_run import queue_run


class RunListView(ListView):
    """The runs of a source, the newest first."""

    actions = {"GET": Action.DISCOVERY_READ, "POST": Action.SOURCE_RUN}
    queryset = Run.objects.all()
    serializer_class = RunSummary
    orderings: ClassVar = dict(ORDERINGS)

    def get_queryset(self) -> QuerySet[Run]:
        return runs_of(self.actor, self.kwargs["source"])

    @extend_schema(request=None, responses={202: RunDetail})
    def post(self, request: Request, source: str) -> Response:
        """Start a run, or answer the one that is under way."""
        run = queue_run(actor=self.actor, source=source_named(self.actor, source), now=timezone.now())
        place = reverse("rest:discovery:run-detail", args=[source, run.number])
        return Response(RunDetail(run).data, status=HTTPStatus.ACCEPTED, headers={"Location": place})


class RunView(RestView):
    """One run."""

    actions = {"GET": Action.DISCOVERY_READ}
    queryset = Run.objects.none()
    serializer_class = RunDetail

    @extend_schema(responses=RunDetail)
    def get(self, request: Request, source: str, number: int) -> Response:
        """One run with its phases, as far as it has come."""
        return Response(RunDetail(run_of(self.actor, source, number)).data)


class RunProblemListView(ListView):
    """What a run could not read or understand, in the order it came."""

    actions = {"GET": Action.DISCOVERY_READ}
    queryset = RunProblem.objects.all()
    serializer_class = ProblemOfRun
    orderings: ClassVar = dict(PROBLEM_ORDERINGS)

    def get_queryset(self) -> QuerySet[RunProblem]:
        return problems_of(self.actor, self.kwargs["source"], self.kwargs["number"])
