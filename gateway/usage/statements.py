"""How usage is written: names that agents know become ids here, once, so that reading joins nothing.

Times of the same minute are added up, whichever batch they come in. What a route, a subscription or a key was that is
not there any more is left out, 0 stands for none. A gateway tells of routes of its own environments only, which are
given as their ids or NULL for all.
"""

from gateway.values import LATENCY_BOUNDS

#: Batches are known for longer than any agent keeps one.
BATCH = """
    INSERT INTO gateway_batch (gateway_id, batch, received_at) VALUES (%s, %s, %s)
    ON CONFLICT (gateway_id, batch) DO NOTHING RETURNING batch
"""
_CARRIED = "(%(environments)s::bigint[] IS NULL OR {}.environment_id = ANY(%(environments)s))"
_GIVEN_ROUTE = f"""
    JOIN gateway_route AS route ON route.public_id = given.route
    JOIN catalog_apiinstance AS instance ON instance.id = route.instance_id AND {_CARRIED.format("instance")}
    LEFT JOIN marketplace_subscription AS subscription
        ON subscription.public_id = given.subscription AND subscription.api_id = route.api_id
"""
#: What several names that nobody knows any more have in each bucket together.
_BUCKETS = ", ".join(f"sum((given.counts::bigint[])[{place}])" for place in range(1, len(LATENCY_BOUNDS) + 2))
_ADDED_UP = f"ARRAY[{_BUCKETS}]::bigint[]"
REQUESTS = f"""
    INSERT INTO gateway_usage AS kept (minute, gateway_id, route_id, api_id, version_id, application_id,
                                       subscription_id, credential_id, status, requests)
    SELECT to_timestamp(given.minute), %(gateway)s, route.id, route.api_id, instance.version_id,
           coalesce(subscription.application_id, 0), coalesce(subscription.id, 0), coalesce(credential.id, 0),
           given.status, sum(given.requests)
    FROM unnest(%(minutes)s::bigint[], %(routes)s::text[], %(subscriptions)s::text[], %(credentials)s::text[],
                %(statuses)s::int[], %(counts)s::bigint[])
        AS given (minute, route, subscription, credential, status, requests)
    {_GIVEN_ROUTE}
    LEFT JOIN marketplace_credential AS credential
        ON credential.public_id = given.credential AND credential.subscription_id = subscription.id
    GROUP BY given.minute, route.id, route.api_id, instance.version_id, subscription.application_id, subscription.id,
             credential.id, given.status
    ON CONFLICT (minute, gateway_id, route_id, subscription_id, credential_id, status)
        DO UPDATE SET requests = kept.requests + excluded.requests
"""  # noqa: S608 - our own text
LATENCIES = f"""
    INSERT INTO gateway_latency AS kept (minute, gateway_id, route_id, api_id, version_id, application_id,
                                         subscription_id, counts)
    SELECT to_timestamp(given.minute), %(gateway)s, route.id, route.api_id, instance.version_id,
           coalesce(subscription.application_id, 0), coalesce(subscription.id, 0), {_ADDED_UP}
    FROM unnest(%(minutes)s::bigint[], %(routes)s::text[], %(subscriptions)s::text[], %(counts)s::text[])
        AS given (minute, route, subscription, counts)
    {_GIVEN_ROUTE}
    GROUP BY given.minute, route.id, route.api_id, instance.version_id, subscription.application_id, subscription.id
    ON CONFLICT (minute, gateway_id, route_id, subscription_id) DO UPDATE SET counts = ARRAY(
        SELECT mine + theirs FROM unnest(kept.counts, excluded.counts) WITH ORDINALITY AS pair (mine, theirs, place)
        ORDER BY place)
"""  # noqa: S608 - our own text
SPANS = f"""
    INSERT INTO gateway_usage_span AS kept (seconds, start, gateway_id, route_id, api_id, version_id, application_id,
                                            subscription_id, requests, client_errors, server_errors, unauthorised,
                                            limited, counts)
    SELECT given.seconds, to_timestamp(given.start), %(gateway)s, route.id, route.api_id, instance.version_id,
           coalesce(subscription.application_id, 0), coalesce(subscription.id, 0), sum(given.requests),
           sum(given.client_errors), sum(given.server_errors), sum(given.unauthorised), sum(given.limited),
           {_ADDED_UP}
    FROM unnest(%(spans)s::int[], %(starts)s::bigint[], %(routes)s::text[], %(subscriptions)s::text[],
                %(requests)s::bigint[], %(client_errors)s::bigint[], %(server_errors)s::bigint[],
                %(unauthorised)s::bigint[], %(limited)s::bigint[], %(counts)s::text[])
        AS given (seconds, start, route, subscription, requests, client_errors, server_errors, unauthorised, limited,
                  counts)
    {_GIVEN_ROUTE}
    GROUP BY given.seconds, given.start, route.id, route.api_id, instance.version_id, subscription.application_id,
             subscription.id
    ON CONFLICT (start, seconds, gateway_id, route_id, subscription_id) DO UPDATE SET
        requests = kept.requests + excluded.requests, client_errors = kept.client_errors + excluded.client_errors,
        server_errors = kept.server_errors + excluded.server_errors,
        unauthorised = kept.unauthorised + excluded.unauthorised, limited = kept.limited + excluded.limited,
        counts = ARRAY(
            SELECT mine + theirs FROM unnest(kept.counts, excluded.counts) WITH ORDINALITY AS pair (mine, theirs, place)
            ORDER BY place)
"""  # noqa: S608 - our own text
#: Refused requests with a key count as use: somebody still has it. Minutes are precise enough, and spare writes.
USED = f"""
    UPDATE marketplace_credential AS kept SET last_used_at = to_timestamp(given.minute)
    FROM (SELECT credential, max(minute) AS minute
          FROM unnest(%(credentials)s::text[], %(minutes)s::bigint[]) AS line (credential, minute)
          WHERE credential <> '' GROUP BY credential) AS given,
         marketplace_subscription AS subscription, marketplace_application AS application
    WHERE kept.public_id = given.credential AND subscription.id = kept.subscription_id
          AND application.id = subscription.application_id AND {_CARRIED.format("application")}
          AND (kept.last_used_at IS NULL OR kept.last_used_at < to_timestamp(given.minute))
"""  # noqa: S608 - our own text
