"""How many requests a subscription may send: one filter for the whole gateway, whose buckets outlive changes of routes.

Every set of limits has one descriptor a window, with the bucket (limits and subscription) as a wildcard. A request
fills one descriptor a window, and only the window's own limits match, so all of them hold at once.
"""

from collections.abc import Iterable

from envoy.config.core.v3 import base_pb2, extension_pb2
from envoy.config.route.v3 import route_components_pb2
from envoy.extensions.common.ratelimit.v3 import ratelimit_pb2
from envoy.extensions.filters.http.local_ratelimit.v3 import local_rate_limit_pb2
from envoy.type.v3 import percent_pb2, token_bucket_pb2
from google.protobuf import duration_pb2, wrappers_pb2

from gateway.envoy.clients import BUCKET_WIDTH, LIMITS_WIDTH, WINDOWS, windows_of
from gateway.envoy.names import CLIENT_HEADER, LIMITS_FILTER
from gateway.envoy.numbers import whole
from gateway.envoy.resources import Resource, raw, resource

_TYPE = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit"
# ``enable_retry_after_header`` (field 19) set: newer than the package of messages.
_RETRY_AFTER = b"\x98\x01\x01"
_BUCKET = "bucket"
_FEWEST_BUCKETS = 65_536


def limits(texts: Iterable[str], clients: int) -> Resource:
    """The filter for all sets of limits in use (``clients.limits_text``) and the number of clients.

    A change of keys leaves it as it is, byte for byte, because Envoy empties no bucket then; room for buckets doubles
    when the clients outgrow it.
    """
    known = {text: windows_of(text) for text in sorted(set(texts))}
    message = local_rate_limit_pb2.LocalRateLimit(
        stat_prefix="portico_limits",
        filter_enabled=_always(),
        filter_enforced=_always(),
        # Windows that no plan limits would be looked up for each request all the same.
        rate_limits=[_rate_limit(window) for window in WINDOWS if any(window in found for found in known.values())],
        descriptors=[
            _descriptor(window, text, count) for text, found in known.items() for window, count in found.items()
        ],
        enable_x_ratelimit_headers=ratelimit_pb2.DRAFT_VERSION_03,
        always_consume_default_token_bucket=wrappers_pb2.BoolValue(value=False),
        max_dynamic_descriptors=whole(_buckets(clients)),
    )
    body = message.SerializeToString(deterministic=True) + _RETRY_AFTER
    return resource(
        LIMITS_FILTER, extension_pb2.TypedExtensionConfig(name=LIMITS_FILTER, typed_config=raw(_TYPE, body))
    )


def _buckets(clients: int) -> int:
    """A power of two with room for twice the clients: with fewer buckets than clients, one that is used up would be
    forgotten and full again."""
    return max(_FEWEST_BUCKETS, 1 << (2 * clients).bit_length())


def _always() -> base_pb2.RuntimeFractionalPercent:
    return base_pb2.RuntimeFractionalPercent(
        default_value=percent_pb2.FractionalPercent(numerator=100, denominator=percent_pb2.FractionalPercent.HUNDRED)
    )


def _rate_limit(window: str) -> route_components_pb2.RateLimit:
    return route_components_pb2.RateLimit(
        actions=[_action(window, LIMITS_WIDTH), _action(_BUCKET, BUCKET_WIDTH)],
    )


def _action(key: str, width: int) -> route_components_pb2.RateLimit.Action:
    return route_components_pb2.RateLimit.Action(
        generic_key=route_components_pb2.RateLimit.Action.GenericKey(
            descriptor_key=key, descriptor_value=f"%REQ({CLIENT_HEADER}):{width}%"
        )
    )


def _descriptor(window: str, text: str, count: int) -> ratelimit_pb2.LocalRateLimitDescriptor:
    return ratelimit_pb2.LocalRateLimitDescriptor(
        entries=[
            ratelimit_pb2.RateLimitDescriptor.Entry(key=window, value=text),
            ratelimit_pb2.RateLimitDescriptor.Entry(key=_BUCKET),
        ],
        token_bucket=token_bucket_pb2.TokenBucket(
            max_tokens=count,
            tokens_per_fill=whole(count),
            fill_interval=duration_pb2.Duration(seconds=WINDOWS[window]),
        ),
    )
