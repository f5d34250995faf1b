"""Numbers as messages, within what Envoy takes: one that it refuses would cost the API all its other routes too."""

from google.protobuf import duration_pb2, wrappers_pb2

_LONGEST_MILLISECONDS = 86_400_000
_MOST = 0xFFFFFFFF


def duration(seconds: float) -> duration_pb2.Duration:
    """``seconds``, to the millisecond, at least one (to Envoy 0 is no limit of time at all) and at most a day's."""
    milliseconds = round(min(max(seconds * 1000, 1), _LONGEST_MILLISECONDS))
    return duration_pb2.Duration(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)


def whole(number: int, *, least: int = 0, most: int = _MOST) -> wrappers_pb2.UInt32Value:
    """``number``, or the nearest that is allowed."""
    return wrappers_pb2.UInt32Value(value=min(max(number, least), most))
