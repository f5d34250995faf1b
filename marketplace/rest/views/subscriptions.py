"""Subscriptions, and what becomes of them."""

from collections.abc import Sequence
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.schema import problems
from common.rest.views import ListView, RestView
from marketplace.filters import SubscriptionFilter
from marketplace.models import Subscription
from marketplace.permissions import Action
from marketplace.queries.requests import request_of
from marketplace.queries.subscriptions import ORDERINGS, subscription_of, subscriptions, told
from marketplace.references import plan_named
from marketplace.rest.serializers.requests import AccessRequestDetail
from marketplace.rest.serializers.subscriptions import (
    ExpiryInput,
    PlanChangeInput,
    StateReasonInput,
    SubscriptionDetail,
)
from marketplace.usecases.request_plan_change import request_plan_change
from marketplace.usecases.resume_subscription import resume_subscription
from marketplace.usecases.revoke_subscription import revoke_subscription
from marketplace.usecases.set_subscription_expiry import set_subscription_expiry
from marketplace.usecases.suspend_subscription import suspend_subscription

_STATE = problems({409: "Its state does not allow that; `state` names it."})


class SubscriptionBaseView(RestView):
    """A view that answers with one subscription."""

    queryset = Subscription.objects.none()
    serializer_class = SubscriptionDetail

    def found(self, public_id: str) -> Subscription:
        return self.visible(Subscription.objects.select_related("application", "api"), public_id=public_id)

    def answer(self, public_id: str) -> Response:
        return Response(SubscriptionDetail(subscription_of(self.actor, public_id)).data)


class SubscriptionListView(ListView, SubscriptionBaseView):
    """Subscriptions: of one's applications, and to one's APIs."""

    actions = {"GET": Action.MARKETPLACE_READ}
    filterset_class = SubscriptionFilter
    orderings: ClassVar = dict(ORDERINGS)

    def get_queryset(self) -> QuerySet[Subscription]:
        return Subscription.objects.none() if getattr(self, "swagger_fake_view", False) else subscriptions(self.actor)

    def paginate_queryset(self, queryset: QuerySet[Subscription]) -> Sequence[Subscription]:
        return told(self.actor, super().paginate_queryset(queryset))


class SubscriptionView(SubscriptionBaseView):
    """One subscription, with the gateways on which it is in force."""

    actions = {"GET": Action.MARKETPLACE_READ}

    @extend_schema(responses=SubscriptionDetail)
    def get(self, request: Request, subscription: str) -> Response:
        return self.answer(subscription)


class SuspendSubscriptionView(SubscriptionBaseView):
    """A subscription that rests."""

    actions = {"POST": Action.SUBSCRIPTION_HOLD}

    @extend_schema(request=StateReasonInput, responses={200: SubscriptionDetail} | _STATE)
    def post(self, request: Request, subscription: str) -> Response:
        """Suspend a subscription: gateways refuse its keys until it is resumed."""
        found, said = self.found(subscription), self.valid(StateReasonInput)
        suspend_subscription(actor=self.actor, subscription=found, **said, now=timezone.now())
        return self.answer(subscription)


class ResumeSubscriptionView(SubscriptionBaseView):
    """A subscription that goes on."""

    actions = {"POST": Action.SUBSCRIPTION_HOLD}

    @extend_schema(request=None, responses={200: SubscriptionDetail} | _STATE)
    def post(self, request: Request, subscription: str) -> Response:
        """Resume a suspended subscription."""
        resume_subscription(actor=self.actor, subscription=self.found(subscription), now=timezone.now())
        return self.answer(subscription)


class RevokeSubscriptionView(SubscriptionBaseView):
    """A subscription that ends."""

    actions = {"POST": Action.SUBSCRIPTION_END}

    @extend_schema(request=StateReasonInput, responses={200: SubscriptionDetail} | _STATE)
    def post(self, request: Request, subscription: str) -> Response:
        """Revoke a subscription for good; its holders, and the owner of the API."""
        found, said = self.found(subscription), self.valid(StateReasonInput)
        revoke_subscription(actor=self.actor, subscription=found, **said, now=timezone.now())
        return self.answer(subscription)


class ExpiryView(SubscriptionBaseView):
    """When a subscription ends."""

    actions = {"POST": Action.SUBSCRIPTION_HOLD}

    @extend_schema(request=ExpiryInput, responses={200: SubscriptionDetail} | _STATE)
    def post(self, request: Request, subscription: str) -> Response:
        """Say when a subscription ends: gateways end it at that second."""
        found, said = self.found(subscription), self.valid(ExpiryInput)
        set_subscription_expiry(actor=self.actor, subscription=found, **said, now=timezone.now())
        return self.answer(subscription)


class ChangePlanView(SubscriptionBaseView):
    """A subscription that is to be on another plan."""

    actions = {"POST": Action.ACCESS_REQUEST}
    serializer_class = AccessRequestDetail

    @extend_schema(
        request=PlanChangeInput,
        responses={200: AccessRequestDetail} | problems({409: "The plan takes nobody, or another change waits."}),
    )
    def post(self, request: Request, subscription: str) -> Response:
        """Ask for another plan: it changes at once where that plan approves by itself, else the old one goes on."""
        found, said = self.found(subscription), self.valid(PlanChangeInput)
        said["plan"] = plan_named(found.api, said["plan"])
        made = request_plan_change(actor=self.actor, subscription=found, **said, now=timezone.now())
        return Response(AccessRequestDetail(request_of(self.actor, made.public_id)).data)
