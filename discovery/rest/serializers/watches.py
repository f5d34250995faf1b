"""The watch of a source, as it is answered."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from discovery.models import Source, Watch
from discovery.queries.watches import Standing, standing_of, watch_of


class WatchError(serializers.Serializer):
    """Why a watch failed, and what to do about it."""

    code = serializers.CharField()
    message = serializers.CharField()
    hint = serializers.CharField()


class WatchDetail(serializers.Serializer):
    """How changes of a source are followed as they happen; null when its connector cannot do that.

    `waiting` tries again by itself; `refused` does too, but somebody has to act; `unattended` is to be followed and no
    process does; `unread` waits for the first run. `gaps` says what is not followed, which runs look at.
    """

    state = serializers.ChoiceField(choices=[standing.value for standing in Standing])
    live_since = serializers.DateTimeField(allow_null=True)
    heard_at = serializers.DateTimeField(allow_null=True, help_text="The last sign of life.")
    applied_at = serializers.DateTimeField(allow_null=True, help_text="When it last wrote a service.")
    applied_count = serializers.IntegerField(help_text="Services it has written.")
    streams = serializers.IntegerField()
    streams_open = serializers.IntegerField()
    gaps = serializers.ListField(child=serializers.CharField())
    error = WatchError(allow_null=True)
    failures = serializers.IntegerField(help_text="In a row.")
    retry_at = serializers.DateTimeField(allow_null=True)


def watch_detail(source: Source) -> dict[str, Any] | None:
    """The watch of a source that came with it."""
    standing = standing_of(source, timezone.now())
    if standing is None:
        return None
    watch = watch_of(source) or Watch(source=source)
    error = {"code": watch.error_code, "message": watch.error_message, "hint": watch.error_hint}
    told = {
        **{name: getattr(watch, name) for name in WatchDetail().fields if name not in ("state", "error")},
        "live_since": watch.live_since if standing == Standing.LIVE else None,
        "state": standing.value,
        "error": error if watch.error_code else None,
    }
    return WatchDetail(told).data
