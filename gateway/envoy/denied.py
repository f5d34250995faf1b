"""Which keys are answered 403: those of suspended subscriptions. They open no route either, so that without this list
they would be answered 401."""

from collections.abc import Iterable

from envoy.config.core.v3 import extension_pb2
from envoy.config.rbac.v3 import rbac_pb2 as rules_pb2
from envoy.extensions.common.matching.v3 import extension_matcher_pb2
from envoy.extensions.filters.common.matcher.action.v3 import skip_action_pb2
from envoy.extensions.filters.http.composite.v3 import composite_pb2
from envoy.extensions.filters.http.rbac.v3 import rbac_pb2
from envoy.type.matcher.v3 import http_inputs_pb2
from google.protobuf.message import Message
from xds.core.v3 import extension_pb2 as xds_extension_pb2
from xds.type.matcher.v3 import matcher_pb2

from gateway.envoy.names import DENIED_FILTER, KEY_HEADER
from gateway.envoy.resources import Resource, packed, resource


def denied(digests: Iterable[str]) -> Resource:
    """The filter that answers 403 to the keys with these digests, and lets all others go on to be looked up.

    Only for the former there is a filter that refuses: one that is asked about each request and says yes would cost all
    the others.
    """
    matcher = matcher_pb2.Matcher(on_no_match=_on_match("go on", skip_action_pb2.SkipFilter()))
    tree = matcher.matcher_tree.exact_match_map
    suspended = sorted(set(digests))
    for digest in suspended:
        tree.map[digest].CopyFrom(_REFUSE)
    if suspended:
        matcher.matcher_tree.input.CopyFrom(
            _extension("digest", http_inputs_pb2.HttpRequestHeaderMatchInput(header_name=KEY_HEADER))
        )
    filter_of_the_matched = extension_matcher_pb2.ExtensionWithMatcher(
        xds_matcher=matcher,
        extension_config=extension_pb2.TypedExtensionConfig(
            name="composite", typed_config=packed(composite_pb2.Composite())
        ),
    )
    return resource(
        DENIED_FILTER,
        extension_pb2.TypedExtensionConfig(name=DENIED_FILTER, typed_config=packed(filter_of_the_matched)),
    )


def _extension(name: str, message: Message) -> xds_extension_pb2.TypedExtensionConfig:
    return xds_extension_pb2.TypedExtensionConfig(name=name, typed_config=packed(message))


def _on_match(name: str, action: Message) -> matcher_pb2.Matcher.OnMatch:
    return matcher_pb2.Matcher.OnMatch(action=_extension(name, action))


def _refusing() -> rbac_pb2.RBAC:
    """Allows what one of its policies allows, of which it has none."""
    return rbac_pb2.RBAC(rules=rules_pb2.RBAC(action=rules_pb2.RBAC.ALLOW))


_REFUSE = _on_match(
    "refuse",
    composite_pb2.ExecuteFilterAction(
        typed_config=extension_pb2.TypedExtensionConfig(name=DENIED_FILTER, typed_config=packed(_refusing()))
    ),
)
