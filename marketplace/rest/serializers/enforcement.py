"""Since when gateways do what was decided here."""

from typing import get_args

from rest_framework import serializers

from marketplace.questions import EnforcementState


class GatewayWordDetail(serializers.Serializer):
    """What one gateway says."""

    gateway = serializers.CharField(source="slug")
    title = serializers.CharField()
    state = serializers.ChoiceField(get_args(EnforcementState))
    since = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class EnforcementDetail(serializers.Serializer):
    """On how many gateways it is in force. `since`: when the last of them acknowledged it; null until all have."""

    count_in_force = serializers.IntegerField()
    count = serializers.IntegerField()
    since = serializers.DateTimeField(allow_null=True)
    gateways = GatewayWordDetail(many=True)
