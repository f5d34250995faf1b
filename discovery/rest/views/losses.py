"""Losses too large to believe, which wait for a person."""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.schema import problems
from common.rest.views import RestView
from discovery.models import Run
from discovery.permissions import Action
from discovery.queries.runs import run_of
from discovery.rest.serializers.runs import RunDetail
from discovery.usecases.decide_loss import decide_loss

_NOT_HELD = problems({409: "No loss of this run waits for a decision."})


class LossView(RestView):
    """A loss that waits for a person."""

    actions = {"POST": Action.LOSS_DECIDE}
    queryset = Run.objects.none()
    serializer_class = RunDetail
    believe: ClassVar[bool]

    def decide(self, source: str, number: int) -> Response:
        run = run_of(self.actor, source, number)
        decide_loss(actor=self.actor, run=run, believe=self.believe, now=timezone.now())
        return Response(RunDetail(run_of(self.actor, source, number)).data)


class ConfirmLossView(LossView):
    """A loss that is believed."""

    believe = True

    @extend_schema(request=None, responses={200: RunDetail} | _NOT_HELD)
    def post(self, request: Request, source: str, number: int) -> Response:
        """Confirm that the services a run held are gone."""
        return self.decide(source, number)


class RejectLossView(LossView):
    """A loss that is not believed."""

    believe = False

    @extend_schema(request=None, responses={200: RunDetail} | _NOT_HELD)
    def post(self, request: Request, source: str, number: int) -> Response:
        """Reject a loss: the services a run held stay as they are."""
        return self.decide(source, number)
