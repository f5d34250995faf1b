"""Keys of subscriptions: issued, rotated, listed, revoked."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actor import Actor
from catalog.querysets import is_visible
from common.rest.schema import problems
from common.rest.views import ListView, RestView
from marketplace.filters import CredentialFilter
from marketplace.models import Credential, Subscription
from marketplace.permissions import Action
from marketplace.queries.credentials import ORDERINGS, credentials
from marketplace.queries.enforcement import enforcement_of_credentials
from marketplace.rest.serializers.credentials import (
    ChangeOverlap,
    CredentialDetail,
    IssueKey,
    NewCredential,
    RotateKey,
)
from marketplace.usecases.change_overlap import change_overlap
from marketplace.usecases.issue_key import issue_key
from marketplace.usecases.revoke_credential import revoke_credential
from marketplace.usecases.rotate_key import rotate_key

_REFUSED = problems({409: "The subscription is not approved, needs no key, or has two live keys. `detail` says which."})


def _complete(actor: Actor, rows: list[Credential]) -> list[Credential]:
    """The same with ``enforcement``, and ``may_see_api``: a private API is not named to those who may not see it."""
    told = enforcement_of_credentials(rows) or {}
    for row in rows:
        row.enforcement = told.get(row.pk)
        row.may_see_api = is_visible(actor, row.subscription.api)
    return rows


class CredentialView(RestView):
    """A view that answers with one key."""

    queryset = Credential.objects.none()
    serializer_class = CredentialDetail

    def found(self, credential: str) -> Credential:
        return self.visible(Credential.objects.select_related("subscription__application"), public_id=credential)

    def answer(self, credential: str) -> Response:
        row = self.visible(credentials(self.actor), public_id=credential)
        return Response(CredentialDetail(_complete(self.actor, [row])[0]).data)

    @method_decorator(sensitive_variables("secret"))
    def answer_new(self, credential: Credential, secret: str) -> Response:
        """The only answer that has the key; nothing on the way may keep it."""
        row = _complete(self.actor, [credentials(self.actor).get(pk=credential.pk)])[0]
        row.key = secret
        headers = {"Cache-Control": "no-store"}
        return Response(NewCredential(row).data, status=HTTPStatus.CREATED, headers=headers)

    def subscription(self, subscription: str) -> Subscription:
        return self.visible(Subscription.objects.select_related("application"), public_id=subscription)


class CredentialListView(ListView):
    """Keys of the caller's applications, and those of the APIs its teams own; all for administrators."""

    actions = {"GET": Action.MARKETPLACE_READ}
    queryset = Credential.objects.none()
    serializer_class = CredentialDetail
    filterset_class = CredentialFilter
    orderings: ClassVar = ORDERINGS

    def get_queryset(self) -> QuerySet[Credential]:
        return Credential.objects.none() if getattr(self, "swagger_fake_view", False) else credentials(self.actor)

    def paginate_queryset(self, queryset: QuerySet[Credential]) -> list[Credential]:
        return _complete(self.actor, super().paginate_queryset(queryset))


class CredentialDetailView(CredentialView):
    """One key."""

    actions = {"GET": Action.MARKETPLACE_READ}

    @extend_schema(responses=CredentialDetail)
    def get(self, request: Request, credential: str) -> Response:
        return self.answer(credential)


class IssueView(CredentialView):
    """The keys of a subscription."""

    actions = {"POST": Action.CREDENTIAL_ISSUE}

    @extend_schema(request=IssueKey, responses={201: NewCredential} | _REFUSED)
    def post(self, request: Request, subscription: str) -> Response:
        """Issue a key. It is in this answer and nowhere else; at most two are live at a time."""
        found = self.subscription(subscription)
        given: dict[str, Any] = self.valid(IssueKey)
        return self.answer_new(*issue_key(actor=self.actor, subscription=found, **given, now=timezone.now()))


class RotateView(CredentialView):
    """The key of a subscription in use."""

    actions = {"POST": Action.CREDENTIAL_ISSUE}

    @extend_schema(request=RotateKey, responses={201: NewCredential} | _REFUSED)
    def post(self, request: Request, subscription: str) -> Response:
        """Issue a key in place of the one in use, which ends after the overlap; 24 hours unless said."""
        found = self.subscription(subscription)
        given = self.valid(RotateKey)
        overlap = timedelta(seconds=given.pop("overlap_seconds"))
        now = timezone.now()
        return self.answer_new(*rotate_key(actor=self.actor, subscription=found, overlap=overlap, **given, now=now))


class OverlapView(CredentialView):
    """How long two keys work together."""

    actions = {"POST": Action.CREDENTIAL_ISSUE}

    @extend_schema(
        request=ChangeOverlap,
        responses={200: CredentialDetail} | problems({409: "It is not the older of two live keys."}),
    )
    def post(self, request: Request, credential: str) -> Response:
        """Let the older of two live keys end at another time."""
        given = self.valid(ChangeOverlap)
        change_overlap(actor=self.actor, credential=self.found(credential), **given, now=timezone.now())
        return self.answer(credential)


class RevokeView(CredentialView):
    """A key that opens no door any more."""

    actions = {"POST": Action.CREDENTIAL_REVOKE}

    @extend_schema(request=None, responses=CredentialDetail)
    def post(self, request: Request, credential: str) -> Response:
        """Revoke a key. Gateways refuse it within a second; `in_force` says where they do already."""
        revoke_credential(actor=self.actor, credential=self.found(credential), now=timezone.now())
        return self.answer(credential)
