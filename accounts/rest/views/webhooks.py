"""Webhooks of teams and of the site, and what was sent to them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.filters import DeliveryFilter, WebhookFilter
from accounts.models import Delivery, Team, Webhook
from accounts.permissions import Action
from accounts.rest.inputs import AddWebhook, EditWebhook
from accounts.rest.notice_serializers import DeliverySerializer, NewWebhook, WebhookSecret, WebhookSerializer
from accounts.usecases.add_webhook import add_webhook
from accounts.usecases.edit_webhook import edit_webhook
from accounts.usecases.remove_webhook import remove_webhook
from accounts.usecases.rotate_webhook_secret import rotate_webhook_secret
from accounts.usecases.send_again import send_again
from accounts.usecases.try_webhook import try_webhook
from common.rest.schema import problems
from common.rest.views import DetailView, ListView, RestView

_ONCE = {"Cache-Control": "no-store"}
_OFF = problems({409: "The webhook is switched off."})


class WebhookListView(ListView):
    """Webhooks of the teams that the caller maintains; for administrators all, with those of the site."""

    actions = {"GET": Action.WEBHOOK_READ, "POST": Action.WEBHOOK_MANAGE}
    queryset = Webhook.objects.select_related("team")
    serializer_class = WebhookSerializer
    filterset_class = WebhookFilter
    orderings = {"-created": ("-created_at", "-id")}

    @extend_schema(
        request=AddWebhook,
        responses={201: NewWebhook}
        | problems({404: "No such team.", 409: "There are too many, or no secret can be stored."}),
    )
    def post(self, request: Request) -> Response:
        """Have events sent to an address, signed as Standard Webhooks describes."""
        values = self.valid(AddWebhook)
        slug = values.pop("team")
        team = self.visible(Team.objects, slug=slug) if slug is not None else None
        webhook, secret = add_webhook(actor=self.actor, team=team, **values, now=timezone.now())
        webhook.secret = secret
        return Response(NewWebhook(webhook).data, status=201, headers=_ONCE)


class WebhookDetailView(DetailView):
    """One webhook the caller may see."""

    actions = {"GET": Action.WEBHOOK_READ, "PATCH": Action.WEBHOOK_MANAGE, "DELETE": Action.WEBHOOK_MANAGE}
    queryset = Webhook.objects.select_related("team")
    serializer_class = WebhookSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "webhook"

    @extend_schema(request=EditWebhook, responses=WebhookSerializer)
    def patch(self, request: Request, webhook: str) -> Response:
        """Change what is given; `is_active` switches it off and on."""
        found = self.visible(Webhook.objects.select_related("team"), public_id=webhook)
        edit_webhook(actor=self.actor, webhook=found, **self.valid(EditWebhook), now=timezone.now())
        return Response(WebhookSerializer(found).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, webhook: str) -> Response:
        """Remove the webhook with its log."""
        found = self.visible(Webhook.objects.select_related("team"), public_id=webhook)
        remove_webhook(actor=self.actor, webhook=found, now=timezone.now())
        return Response(status=204)


class WebhookSecretView(RestView):
    """The secret of a webhook."""

    actions = {"POST": Action.WEBHOOK_MANAGE}
    serializer_class = WebhookSecret

    @extend_schema(request=None, responses=WebhookSecret)
    def post(self, request: Request, webhook: str) -> Response:
        """Give the webhook a new secret; for 24 hours both sign."""
        found = self.visible(Webhook.objects.select_related("team"), public_id=webhook)
        secret = rotate_webhook_secret(actor=self.actor, webhook=found, now=timezone.now())
        answer = {"secret": secret, "old_secret_until": found.old_secret_until}
        return Response(WebhookSecret(answer).data, headers=_ONCE)


class TryWebhookView(RestView):
    """A test of a webhook."""

    actions = {"POST": Action.WEBHOOK_MANAGE}
    serializer_class = DeliverySerializer

    @extend_schema(request=None, responses={202: DeliverySerializer} | _OFF)
    def post(self, request: Request, webhook: str) -> Response:
        """Send the event `webhook.test`."""
        found = self.visible(Webhook.objects.select_related("team"), public_id=webhook)
        delivery = try_webhook(actor=self.actor, webhook=found, now=timezone.now())
        return Response(DeliverySerializer(delivery).data, status=202)


class DeliveryListView(ListView):
    """What was sent to the webhook, or waits to be, newest first."""

    actions = {"GET": Action.WEBHOOK_READ}
    queryset = Delivery.objects.all()
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    orderings = {"-created": ("-created_at", "-id")}

    def get_queryset(self):
        return super().get_queryset().filter(webhook__public_id=self.kwargs.get("webhook"))

    def get(self, request: Request, webhook: str) -> Response:
        self.visible(Webhook.objects, public_id=webhook)
        return self.list(request)


class SendAgainView(RestView):
    """One delivery to a webhook."""

    actions = {"POST": Action.WEBHOOK_MANAGE}
    serializer_class = DeliverySerializer

    @extend_schema(request=None, responses={202: DeliverySerializer} | _OFF)
    def post(self, request: Request, delivery: str) -> Response:
        """Send the same message again, with the same id."""
        found = self.visible(Delivery.objects.select_related("webhook__team"), public_id=delivery)
        send_again(actor=self.actor, delivery=found, now=timezone.now())
        return Response(DeliverySerializer(found).data, status=202)
