"""The minutes of usage, in partitions of a day: rows without references, which outlive what they tell of.

They are read and written by ``gateway.usage`` and ``gateway.queries.usage`` only, so they have no models.
"""

from django.db import migrations

_MAKE = """
CREATE TABLE gateway_usage (
    minute timestamptz NOT NULL, gateway_id bigint NOT NULL, route_id bigint NOT NULL, api_id bigint NOT NULL,
    version_id bigint NOT NULL, application_id bigint NOT NULL, subscription_id bigint NOT NULL,
    credential_id bigint NOT NULL, status smallint NOT NULL, requests bigint NOT NULL,
    PRIMARY KEY (minute, gateway_id, route_id, subscription_id, credential_id, status)
) PARTITION BY RANGE (minute);
CREATE INDEX gateway_usage_by_api ON gateway_usage (api_id, minute);
CREATE INDEX gateway_usage_by_application ON gateway_usage (application_id, minute) WHERE application_id <> 0;
CREATE TABLE gateway_latency (
    minute timestamptz NOT NULL, gateway_id bigint NOT NULL, route_id bigint NOT NULL, api_id bigint NOT NULL,
    version_id bigint NOT NULL, application_id bigint NOT NULL, subscription_id bigint NOT NULL,
    counts bigint[] NOT NULL,
    PRIMARY KEY (minute, gateway_id, route_id, subscription_id)
) PARTITION BY RANGE (minute);
CREATE INDEX gateway_latency_by_api ON gateway_latency (api_id, minute);
CREATE INDEX gateway_latency_by_application ON gateway_latency (application_id, minute) WHERE application_id <> 0;
CREATE TABLE gateway_batch (
    gateway_id bigint NOT NULL, batch varchar(64) NOT NULL,
    received_at timestamptz NOT NULL, PRIMARY KEY (gateway_id, batch)
);
CREATE INDEX gateway_batch_by_time ON gateway_batch (received_at);
"""
_DROP = "DROP TABLE gateway_usage, gateway_latency, gateway_batch"


class Migration(migrations.Migration):
    dependencies = [("gateway", "0002_gateway_is_counted")]
    operations = [migrations.RunSQL(_MAKE, _DROP)]
