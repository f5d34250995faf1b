"""Traffic as it is answered."""

from rest_framework import serializers


class LatencyDetail(serializers.Serializer):
    """Milliseconds within which half, 95 and 99 of 100 requests were answered; null without requests."""

    p50 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)
    p99 = serializers.FloatField(allow_null=True)


class CountsDetail(serializers.Serializer):
    """Requests; of them 4xx (401 and 429 also apart) and 5xx; and how long they took."""

    requests = serializers.IntegerField()
    client_errors = serializers.IntegerField()
    server_errors = serializers.IntegerField()
    unauthorised = serializers.IntegerField()
    limited = serializers.IntegerField()
    latency = LatencyDetail()


class UsageStep(serializers.Serializer):
    """What was from `at` up to the next step."""

    at = serializers.DateTimeField()
    counts = CountsDetail()


class UsageGroup(serializers.Serializer):
    """What one of the things sent or got that were asked for; `key` is empty for those without a known key."""

    key = serializers.CharField()
    title = serializers.CharField()
    counts = CountsDetail()


class UsageDetail(serializers.Serializer):
    """Traffic from `start` up to `end`, in steps of `step_seconds`, widened to whole steps."""

    start = serializers.DateTimeField(source="window.start")
    end = serializers.DateTimeField(source="window.end")
    step_seconds = serializers.IntegerField(source="window.step_seconds")
    total = CountsDetail()
    steps = UsageStep(many=True)
    groups = UsageGroup(many=True)
