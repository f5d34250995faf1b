"""What the feed asks the database: rows as plain tuples, for a whole answer holds 100,000 keys.

Every statement about APIs takes their ids, and the environments that the gateway carries or NULL for all.
"""

#: The generation everybody is at, and among how many gateways each environment's limits are divided. A gateway counts
#: itself, though it may not have been noticed yet.
CURRENT = "SELECT coalesce(max(value), 0) FROM marketplace_generation"
SHARES = """
    SELECT environment.slug, count(*)
    FROM catalog_environment AS environment
    JOIN gateway_gateway AS gateway ON (gateway.is_counted OR gateway.id = %(gateway)s)
        AND (EXISTS (SELECT FROM gateway_gateway_environments AS place
                     WHERE place.gateway_id = gateway.id AND place.environment_id = environment.id)
             OR NOT EXISTS (SELECT FROM gateway_gateway_environments AS place WHERE place.gateway_id = gateway.id))
    WHERE %(environments)s::bigint[] IS NULL OR environment.id = ANY(%(environments)s)
    GROUP BY environment.slug ORDER BY environment.slug
"""
CHANGED = """
    SELECT api.id, api.slug, enforced.generation
    FROM marketplace_enforcedapi AS enforced JOIN catalog_api AS api ON api.id = enforced.api_id
    WHERE enforced.generation > %(since)s ORDER BY enforced.generation, api.id
"""
#: In the order of ``gateway.feed.routes``.
ROUTES = """
    SELECT route.api_id, environment.id, version.name, environment.slug,
           route.public_id, route.path, route.upstream, route.upstream_ca, route.upstream_server_name,
           route.verifies_upstream, route.connect_seconds, route.timeout_seconds, route.retries, route.try_seconds,
           route.balancing, route.max_connections, route.max_pending_requests, route.max_requests,
           route.outlier_errors, route.outlier_ejection_seconds, route.max_body_bytes, route.key_parameter
    FROM gateway_route AS route
    JOIN catalog_apiinstance AS instance ON instance.id = route.instance_id
    JOIN catalog_apiversion AS version ON version.id = instance.version_id AND version.lifecycle <> 'retired'
    JOIN catalog_environment AS environment ON environment.id = instance.environment_id
    WHERE route.api_id = ANY(%(apis)s)
          AND (%(environments)s::bigint[] IS NULL OR environment.id = ANY(%(environments)s))
    ORDER BY route.api_id, route.id
"""
#: A key ends at the first moment after the second that is told here.
KEYS = """
    SELECT subscription.api_id, application.environment_id, version.name, subscription.state = 'suspended',
           credential.digest, credential.public_id, subscription.public_id,
           coalesce(floor(extract(epoch FROM least(credential.expires_at, subscription.expires_at)))::bigint, 0),
           plan.requests_per_second, plan.requests_per_minute, plan.requests_per_hour
    FROM marketplace_subscription AS subscription
    JOIN marketplace_application AS application ON application.id = subscription.application_id
        AND (%(environments)s::bigint[] IS NULL OR application.environment_id = ANY(%(environments)s))
    JOIN catalog_apiversion AS version ON version.id = subscription.version_id
    JOIN marketplace_plan AS plan ON plan.id = subscription.plan_id
    JOIN marketplace_credential AS credential ON credential.subscription_id = subscription.id
        AND credential.revoked_at IS NULL AND (credential.expires_at IS NULL OR credential.expires_at > %(now)s)
    WHERE subscription.api_id = ANY(%(apis)s) AND subscription.state IN ('approved', 'suspended')
          AND (subscription.expires_at IS NULL OR subscription.expires_at > %(now)s)
    ORDER BY credential.id
"""
#: Of several keyless plans the first of the page decides what those without a key may; a deprecated one, where there is
#: no other, while applications are on it.
KEYLESS = """
    SELECT DISTINCT ON (api_id) api_id, requests_per_second, requests_per_minute, requests_per_hour
    FROM marketplace_plan AS plan
    WHERE api_id = ANY(%(apis)s) AND authentication = 'keyless'
          AND (deprecated_at IS NULL
               OR EXISTS (SELECT FROM marketplace_subscription AS subscription
                          WHERE subscription.plan_id = plan.id AND subscription.state = 'approved'))
    ORDER BY api_id, deprecated_at IS NOT NULL, position, id
"""
