"""The static configuration that an Envoy of a gateway starts with. Everything that changes comes from the agent."""

from typing import Any

from gateway.envoy.listener import listener
from gateway.envoy.names import AGENT_CLUSTER, LATENCY, STATS_PREFIX
from gateway.envoy.script import key_script
from gateway.envoy.settings import Bounds, EnvoySettings
from gateway.values import LATENCY_BOUNDS

_TYPES = "type.googleapis.com/envoy.extensions."
_OWNER_ONLY = 0o600
# Off unless asked for in Envoy 1.40: the limits cut their buckets out of the client's value by it.
_FEATURES = {"envoy.reloadable_features.enable_formatter_for_ratelimit_action_descriptor_value": True}

#: How soon Envoy looks for an agent that went away; otherwise it would wait for up to 30 seconds.
_RECONNECTING = {"retry_back_off": {"base_interval": "0.1s", "max_interval": "1s"}}


def bootstrap(settings: EnvoySettings, *, script: str | None = None) -> dict[str, Any]:
    """The bootstrap, to be written as JSON. ``script`` replaces the one of the key filter."""
    return {
        "node": {"id": settings.gateway, "cluster": "portico"},
        "admin": {"address": {"pipe": {"path": settings.administration_socket, "mode": _OWNER_ONLY}}},
        "dynamic_resources": _dynamic(),
        "static_resources": {
            "clusters": [_agent(settings.agent_socket)],
            "listeners": [listener(settings, key_script() if script is None else script)],
        },
        "stats_config": _stats(),
        # How far histograms lag behind counters.
        "stats_flush_interval": f"{settings.bounds.flush_seconds:.3f}s",
        "layered_runtime": {"layers": [{"name": "portico", "static_layer": _FEATURES}]},
        "overload_manager": _overload(settings.bounds),
    }


def _dynamic() -> dict[str, Any]:
    ads = {"ads": {}, "resource_api_version": "V3"}
    return {
        "ads_config": {
            "api_type": "DELTA_GRPC",
            "transport_api_version": "V3",
            "set_node_on_first_message_only": True,
            "grpc_services": [{"envoy_grpc": {"cluster_name": AGENT_CLUSTER, "retry_policy": _RECONNECTING}}],
        },
        "cds_config": ads,
    }


def _agent(socket: str) -> dict[str, Any]:
    options = {
        "@type": _TYPES + "upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
    endpoint = {"endpoint": {"address": {"pipe": {"path": socket}}}}
    return {
        "name": AGENT_CLUSTER,
        "type": "STATIC",
        "connect_timeout": "1s",
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options},
        "load_assignment": {"cluster_name": AGENT_CLUSTER, "endpoints": [{"lb_endpoints": [endpoint]}]},
    }


def _stats() -> dict[str, Any]:
    return {
        # About a hundred counters a route, which nobody reads.
        "stats_matcher": {"exclusion_list": {"patterns": [{"prefix": "cluster.rte_"}, {"prefix": "vhost."}]}},
        "histogram_bucket_settings": [
            {"match": {"contains": f"{STATS_PREFIX}.{LATENCY}"}, "buckets": [float(bound) for bound in LATENCY_BOUNDS]}
        ],
    }


def _overload(bounds: Bounds) -> dict[str, Any]:
    heap = "envoy.resource_monitors.fixed_heap"
    connections = "envoy.resource_monitors.global_downstream_max_connections"
    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            {
                "name": heap,
                "typed_config": {
                    "@type": _TYPES + "resource_monitors.fixed_heap.v3.FixedHeapConfig",
                    "max_heap_size_bytes": bounds.heap_bytes,
                },
            },
            {
                "name": connections,
                "typed_config": {
                    "@type": _TYPES + "resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                    "max_active_downstream_connections": bounds.connections,
                },
            },
        ],
        "actions": [
            _action("envoy.overload_actions.shrink_heap", heap, 0.9),
            _action("envoy.overload_actions.disable_http_keepalive", heap, 0.92),
            _action("envoy.overload_actions.stop_accepting_requests", heap, 0.95),
        ],
    }


def _action(name: str, monitor: str, threshold: float) -> dict[str, Any]:
    return {"name": name, "triggers": [{"name": monitor, "threshold": {"value": threshold}}]}
