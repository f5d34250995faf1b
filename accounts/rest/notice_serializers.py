"""The shapes of notices, webhooks and deliveries in the REST API."""

from rest_framework import serializers

from accounts.models import DUE, Delivery, DeliveryState, Notice, Webhook


class NoticeSerializer(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    url = serializers.CharField(help_text="A path of this site; empty where there is none.")

    class Meta:
        model = Notice
        fields = ["id", "kind", "title", "text", "url", "created_at", "read_at"]


class NoticesRead(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many were unread.")


class WebhookSerializer(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    team = serializers.CharField(source="team.slug", allow_null=True, default=None, help_text="Null: of the site.")
    kinds = serializers.ListField(child=serializers.CharField(), help_text="Empty: all.")

    class Meta:
        model = Webhook
        fields = [
            "id",
            "team",
            "url",
            "kinds",
            "is_active",
            "disabled_reason",
            "created_at",
            "created_by",
            "last_success_at",
            "last_failure_at",
        ]


class NewWebhook(WebhookSerializer):
    secret = serializers.CharField(help_text="Signs what is sent; shown here and never again.")

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class WebhookSecret(serializers.Serializer):
    secret = serializers.CharField(help_text="Shown here and never again.")
    old_secret_until = serializers.DateTimeField(help_text="Until then the one before signs as well.")


class DeliverySerializer(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", help_text="Also the header webhook-id, the same in each attempt.")
    state = serializers.ChoiceField(DeliveryState.choices)
    payload = serializers.DictField(help_text="The body that is sent.")
    next_attempt_at = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = [
            "id",
            "event",
            "state",
            "attempts",
            "next_attempt_at",
            "last_status",
            "last_error",
            "created_at",
            "sent_at",
            "payload",
        ]

    def get_next_attempt_at(self, delivery: Delivery) -> str | None:
        """When it is sent next; null where it is not."""
        field = serializers.DateTimeField()
        return field.to_representation(delivery.next_attempt_at) if delivery.state in DUE else None
