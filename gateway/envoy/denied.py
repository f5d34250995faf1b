"""Which keys are answered 403: those of suspended subscriptions. They open no route either, so that without this list
they would be answered 401."""

from collections.abc import Iterable

from envoy.config.core.v3 import extension_pb2
from envoy.config.rbac.v3 import rbac_pb2 as rules_pb2
from envoy.extensions.filters.http.rbac.v3 import rbac_pb2
from envoy.type.matcher.v3 import http_inputs_pb2
from xds.core.v3 import extension_pb2 as xds_extension_pb2
from xds.type.matcher.v3 import matcher_pb2

from gateway.envoy.names import DENIED_FILTER, KEY_HEADER
from gateway.envoy.resources import Resource, packed, resource


def denied(digests: Iterable[str]) -> Resource:
    """The filter that answers 403 to the keys with these digests, and lets all others go on to be looked up."""
    matcher = matcher_pb2.Matcher(on_no_match=_answer("allow", rules_pb2.RBAC.ALLOW))
    tree = matcher.matcher_tree.exact_match_map
    suspended = sorted(set(digests))
    for digest in suspended:
        tree.map[digest].CopyFrom(_answer("deny", rules_pb2.RBAC.DENY))
    if suspended:
        matcher.matcher_tree.input.CopyFrom(
            xds_extension_pb2.TypedExtensionConfig(
                name="digest", typed_config=packed(http_inputs_pb2.HttpRequestHeaderMatchInput(header_name=KEY_HEADER))
            )
        )
    return resource(
        DENIED_FILTER,
        extension_pb2.TypedExtensionConfig(name=DENIED_FILTER, typed_config=packed(rbac_pb2.RBAC(matcher=matcher))),
    )


def _answer(name: str, action: "rules_pb2.RBAC.Action.ValueType") -> matcher_pb2.Matcher.OnMatch:
    return matcher_pb2.Matcher.OnMatch(
        action=xds_extension_pb2.TypedExtensionConfig(
            name=name, typed_config=packed(rules_pb2.Action(name=name, action=action))
        )
    )
