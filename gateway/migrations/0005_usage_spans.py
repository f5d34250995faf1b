"""Hours and quarters of a day, which long windows of usage are read from, with what minutes there are already."""

from django.db import migrations

_MAKE = """
CREATE TABLE gateway_usage_span (
    start timestamptz NOT NULL, seconds integer NOT NULL, gateway_id bigint NOT NULL, route_id bigint NOT NULL,
    api_id bigint NOT NULL, version_id bigint NOT NULL, application_id bigint NOT NULL,
    subscription_id bigint NOT NULL, requests bigint NOT NULL, client_errors bigint NOT NULL,
    server_errors bigint NOT NULL, unauthorised bigint NOT NULL, limited bigint NOT NULL, counts bigint[] NOT NULL,
    PRIMARY KEY (start, seconds, gateway_id, route_id, subscription_id)
) PARTITION BY RANGE (start);
CREATE INDEX gateway_usage_span_by_api ON gateway_usage_span (api_id, seconds, start);
CREATE INDEX gateway_usage_span_by_application ON gateway_usage_span (application_id, seconds, start)
    WHERE application_id <> 0;
"""
_FILL = """
DO $$
DECLARE day date;
BEGIN
    FOR day IN SELECT DISTINCT (minute AT TIME ZONE 'UTC')::date FROM gateway_usage
               UNION SELECT DISTINCT (minute AT TIME ZONE 'UTC')::date FROM gateway_latency LOOP
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF gateway_usage_span FOR VALUES FROM (%L) TO (%L)',
            'gateway_usage_span_' || to_char(day, 'YYYYMMDD'), day || ' 00:00+00', day + 1 || ' 00:00+00'
        );
    END LOOP;
END $$;
INSERT INTO gateway_usage_span
SELECT date_bin(make_interval(secs => span), minute, 'epoch'), span, gateway_id, route_id, min(api_id),
       min(version_id), min(application_id), subscription_id, sum(requests),
       coalesce(sum(requests) FILTER (WHERE status BETWEEN 400 AND 499), 0),
       coalesce(sum(requests) FILTER (WHERE status >= 500), 0),
       coalesce(sum(requests) FILTER (WHERE status = 401), 0),
       coalesce(sum(requests) FILTER (WHERE status = 429), 0), array_fill(0::bigint, ARRAY[16])
FROM gateway_usage CROSS JOIN (VALUES (21600), (3600)) AS spans (span)
GROUP BY 1, 2, 3, 4, subscription_id;
INSERT INTO gateway_usage_span AS kept
SELECT start, span, gateway_id, route_id, min(api_id), min(version_id), min(application_id), subscription_id,
       0, 0, 0, 0, 0, array_agg(counted ORDER BY place)
FROM (
    SELECT date_bin(make_interval(secs => span), minute, 'epoch') AS start, span, gateway_id, route_id,
           min(api_id) AS api_id, min(version_id) AS version_id, min(application_id) AS application_id,
           subscription_id, place, sum(count)::bigint AS counted
    FROM gateway_latency CROSS JOIN (VALUES (21600), (3600)) AS spans (span)
    CROSS JOIN unnest(counts) WITH ORDINALITY AS bucket (count, place)
    GROUP BY 1, 2, 3, 4, subscription_id, place
) AS buckets
GROUP BY start, span, gateway_id, route_id, subscription_id
ON CONFLICT (start, seconds, gateway_id, route_id, subscription_id) DO UPDATE SET counts = excluded.counts;
"""


class Migration(migrations.Migration):
    dependencies = [("gateway", "0004_inforce_first_at")]
    operations = [
        migrations.RunSQL(_MAKE, "DROP TABLE gateway_usage_span"),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
