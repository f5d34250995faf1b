"""Access requests, and the answers to them."""

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
from marketplace.filters import AccessRequestFilter
from marketplace.models import AccessRequest
from marketplace.permissions import Action
from marketplace.queries.requests import ORDERINGS, request_of, requests, with_may_see_api
from marketplace.references import api_named, application_named, plan_named, version_named
from marketplace.rest.serializers.requests import (
    AccessRequestDetail,
    AccessRequestSummary,
    ApprovalInput,
    MessageInput,
    NewAccessRequestInput,
    RejectionInput,
)
from marketplace.usecases.answer_question import answer_question
from marketplace.usecases.approve_request import approve_request
from marketplace.usecases.ask_back import ask_back
from marketplace.usecases.reject_request import reject_request
from marketplace.usecases.request_access import request_access
from marketplace.usecases.withdraw_request import withdraw_request

_CLOSED = problems(
    {409: "The version or the plan takes no requests, or there is a subscription: `subscription` is then its id."}
)
_ANSWERED = problems({409: "It has its answer already, or the version or plan takes nobody any more."})


class AccessRequestBaseView(RestView):
    """A view that answers with one request."""

    queryset = AccessRequest.objects.none()
    serializer_class = AccessRequestDetail

    def found(self, public_id: str) -> AccessRequest:
        return self.visible(AccessRequest.objects.select_related("subscription"), public_id=public_id)

    def answer(self, public_id: str, **options: object) -> Response:
        return Response(AccessRequestDetail(request_of(self.actor, public_id)).data, **options)


class AccessRequestListView(ListView, AccessRequestBaseView):
    """Access requests: of one's applications, and for one's APIs."""

    actions = {"GET": Action.MARKETPLACE_READ, "POST": Action.ACCESS_REQUEST}
    serializer_class = AccessRequestSummary
    filterset_class = AccessRequestFilter
    orderings: ClassVar = dict(ORDERINGS)

    def get_queryset(self) -> QuerySet[AccessRequest]:
        return AccessRequest.objects.none() if getattr(self, "swagger_fake_view", False) else requests(self.actor)

    def paginate_queryset(self, queryset: QuerySet[AccessRequest]) -> Sequence[AccessRequest]:
        return with_may_see_api(self.actor, super().paginate_queryset(queryset))

    @extend_schema(request=NewAccessRequestInput, responses={201: AccessRequestDetail} | _CLOSED)
    def post(self, request: Request) -> Response:
        """Ask for access for an application: approved at once where the plan approves by itself."""
        told = self.valid(NewAccessRequestInput)
        application = application_named(self.actor, told["application"])
        api = api_named(self.actor, told["api"])
        made = request_access(
            actor=self.actor,
            application=application,
            version=version_named(api, told["version"]),
            plan=plan_named(api, told["plan"]),
            reason=told.get("reason", ""),
            accepts_terms=told.get("accepts_terms", False),
            now=timezone.now(),
        )
        place = reverse("rest:marketplace:request-detail", args=[made.public_id])
        return self.answer(made.public_id, status=HTTPStatus.CREATED, headers={"Location": place})


class AccessRequestView(AccessRequestBaseView):
    """One access request."""

    actions = {"GET": Action.MARKETPLACE_READ}

    @extend_schema(responses=AccessRequestDetail)
    def get(self, request: Request, access_request: str) -> Response:
        return self.answer(access_request)


class ApproveView(AccessRequestBaseView):
    """A request that is approved."""

    actions = {"POST": Action.ACCESS_DECIDE}

    @extend_schema(request=ApprovalInput, responses={200: AccessRequestDetail} | _ANSWERED)
    def post(self, request: Request, access_request: str) -> Response:
        """Approve a request; publishers of the team that owns the API."""
        found, told = self.found(access_request), self.valid(ApprovalInput)
        approve_request(actor=self.actor, request=found, **told, now=timezone.now())
        return self.answer(access_request)


class RejectView(AccessRequestBaseView):
    """A request that is rejected."""

    actions = {"POST": Action.ACCESS_DECIDE}

    @extend_schema(request=RejectionInput, responses={200: AccessRequestDetail} | _ANSWERED)
    def post(self, request: Request, access_request: str) -> Response:
        """Reject a request, for a reason; publishers of the team that owns the API."""
        found, told = self.found(access_request), self.valid(RejectionInput)
        reject_request(actor=self.actor, request=found, **told, now=timezone.now())
        return self.answer(access_request)


class AskView(AccessRequestBaseView):
    """A request about which its owner wants to know more."""

    actions = {"POST": Action.ACCESS_DECIDE}

    @extend_schema(request=MessageInput, responses={200: AccessRequestDetail} | _ANSWERED)
    def post(self, request: Request, access_request: str) -> Response:
        """Ask back before deciding."""
        found, told = self.found(access_request), self.valid(MessageInput)
        ask_back(actor=self.actor, request=found, **told, now=timezone.now())
        return self.answer(access_request)


class AnswerView(AccessRequestBaseView):
    """A request whose question is answered."""

    actions = {"POST": Action.ACCESS_ANSWER}

    @extend_schema(request=MessageInput, responses={200: AccessRequestDetail} | _ANSWERED)
    def post(self, request: Request, access_request: str) -> Response:
        """Answer what was asked back; those who hold the application."""
        found, told = self.found(access_request), self.valid(MessageInput)
        answer_question(actor=self.actor, request=found, **told, now=timezone.now())
        return self.answer(access_request)


class WithdrawView(AccessRequestBaseView):
    """A request that is not made any more."""

    actions = {"POST": Action.ACCESS_ANSWER}

    @extend_schema(request=None, responses={200: AccessRequestDetail} | _ANSWERED)
    def post(self, request: Request, access_request: str) -> Response:
        """Withdraw a request; those who hold the application."""
        withdraw_request(actor=self.actor, request=self.found(access_request), now=timezone.now())
        return self.answer(access_request)
