"""Seconds as messages."""

from google.protobuf import duration_pb2


def duration(seconds: float) -> duration_pb2.Duration:
    """``seconds``, to the millisecond and at least one: to Envoy 0 is no limit of time at all."""
    milliseconds = max(round(seconds * 1000), 1)
    return duration_pb2.Duration(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)
