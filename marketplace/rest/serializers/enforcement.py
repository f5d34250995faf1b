"""What gateways have acknowledged, as it is answered."""

from rest_framework import serializers

from marketplace.questions import ENFORCEMENT_STATES


class GatewayWordDetail(serializers.Serializer):
    """What one gateway says."""

    gateway = serializers.CharField(source="slug")
    title = serializers.CharField()
    state = serializers.ChoiceField(
        ENFORCEMENT_STATES,
        help_text="`out_of_contact`: `since` is what was known last. `refused`: `note` has Envoy's words.",
    )
    since = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class EnforcementDetail(serializers.Serializer):
    """On how many of the gateways it is in force; `since` is when the last of them acknowledged it."""

    count_in_force = serializers.IntegerField()
    count = serializers.IntegerField()
    since = serializers.DateTimeField(allow_null=True)
    gateways = GatewayWordDetail(many=True)
