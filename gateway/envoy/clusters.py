"""Where a route leads: one cluster a route, with addresses that were resolved and checked before."""

from collections.abc import Sequence

from envoy.config.cluster.v3 import circuit_breaker_pb2, cluster_pb2, outlier_detection_pb2
from envoy.config.core.v3 import address_pb2, base_pb2
from envoy.config.endpoint.v3 import endpoint_components_pb2, endpoint_pb2
from envoy.extensions.transport_sockets.tls.v3 import common_pb2, tls_pb2
from envoy.type.matcher.v3 import string_pb2

from gateway.envoy.numbers import duration, whole
from gateway.envoy.resources import Resource, packed, resource
from gateway.envoy.upstreams import Target, is_address
from gateway.values import Breaker, Outliers, Route, Upstream

#: What a machine's own authorities are, where a distribution of Linux keeps them.
SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"

_BUFFER_BYTES = 1_048_576
_BALANCING = {
    "round_robin": cluster_pb2.Cluster.ROUND_ROBIN,
    "least_request": cluster_pb2.Cluster.LEAST_REQUEST,
    "random": cluster_pb2.Cluster.RANDOM,
}


def cluster(
    route: Route, target: Target, addresses: Sequence[str], *, authorities: str = SYSTEM_AUTHORITIES
) -> Resource:
    """The cluster of ``route``, named by its id. Without addresses it answers 503."""
    upstream = route.upstream
    message = cluster_pb2.Cluster(
        name=route.id,
        type=cluster_pb2.Cluster.STATIC,
        connect_timeout=duration(upstream.connect_seconds),
        lb_policy=_BALANCING.get(upstream.balancing, cluster_pb2.Cluster.ROUND_ROBIN),
        per_connection_buffer_limit_bytes=whole(_BUFFER_BYTES),
        circuit_breakers=_breaker(upstream.breaker),
        load_assignment=_endpoints(route.id, addresses, target.port),
    )
    if upstream.outliers is not None:
        message.outlier_detection.CopyFrom(_outliers(upstream.outliers))
    if target.is_tls:
        message.transport_socket.CopyFrom(_tls(upstream, target, authorities))
    return resource(route.id, message)


def _endpoints(name: str, addresses: Sequence[str], port: int) -> endpoint_pb2.ClusterLoadAssignment:
    return endpoint_pb2.ClusterLoadAssignment(
        cluster_name=name,
        endpoints=[
            endpoint_components_pb2.LocalityLbEndpoints(
                lb_endpoints=[
                    endpoint_components_pb2.LbEndpoint(
                        endpoint=endpoint_components_pb2.Endpoint(
                            address=address_pb2.Address(
                                socket_address=address_pb2.SocketAddress(address=address, port_value=port)
                            )
                        )
                    )
                    # Sorted, because name servers answer in changing order and the same addresses are no change.
                    for address in sorted(set(addresses))
                ]
            )
        ],
    )


def _breaker(breaker: Breaker) -> circuit_breaker_pb2.CircuitBreakers:
    return circuit_breaker_pb2.CircuitBreakers(
        thresholds=[
            circuit_breaker_pb2.CircuitBreakers.Thresholds(
                max_connections=whole(breaker.connections),
                max_pending_requests=whole(breaker.pending_requests),
                max_requests=whole(breaker.requests),
                max_retries=whole(breaker.retries),
            )
        ]
    )


def _outliers(outliers: Outliers) -> outlier_detection_pb2.OutlierDetection:
    errors = whole(outliers.consecutive_errors, least=1)
    return outlier_detection_pb2.OutlierDetection(
        consecutive_5xx=errors,
        consecutive_gateway_failure=errors,
        interval=duration(outliers.interval_seconds),
        base_ejection_time=duration(outliers.ejection_seconds),
        max_ejection_percent=whole(outliers.ejected_percent, most=100),
    )


def _tls(upstream: Upstream, target: Target, authorities: str) -> base_pb2.TransportSocket:
    common = tls_pb2.CommonTlsContext()
    if upstream.verifies:
        common.validation_context.CopyFrom(_validation(upstream, target, authorities))
    context = tls_pb2.UpstreamTlsContext(
        common_tls_context=common,
        # Server Name Indication is for names only (RFC 6066, section 3).
        sni="" if is_address(target.name) else target.name,
    )
    return base_pb2.TransportSocket(name="envoy.transport_sockets.tls", typed_config=packed(context))


def _validation(upstream: Upstream, target: Target, authorities: str) -> common_pb2.CertificateValidationContext:
    kind = (
        common_pb2.SubjectAltNameMatcher.IP_ADDRESS if is_address(target.name) else common_pb2.SubjectAltNameMatcher.DNS
    )
    trusted = (
        base_pb2.DataSource(inline_string=upstream.ca) if upstream.ca else base_pb2.DataSource(filename=authorities)
    )
    return common_pb2.CertificateValidationContext(
        trusted_ca=trusted,
        match_typed_subject_alt_names=[
            common_pb2.SubjectAltNameMatcher(san_type=kind, matcher=string_pb2.StringMatcher(exact=target.name))
        ],
    )
