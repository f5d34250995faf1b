"""Keys for a generated catalog: ``python -m bench.keys --upstream PORT [--keys 100]``.

Every API gets a route to that port of this machine, a plan and as many subscriptions with a key each. Written in SQL,
past the use cases, with keys that can be worked out again (``key_of``): whoever measures needs to know them.
"""

import argparse
import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.db import connection, transaction

KEYS = 100
#: The last key of so many APIs belongs to a suspended subscription, so that there is a list of those.
SUSPENDED = 10

_ID = "lpad(({number})::text, 16, '0')"
_NUMBERED = "CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS SELECT id, current_version_id AS version, \
row_number() OVER (ORDER BY id) - 1 AS number FROM catalog_api"
_KEY = "'pk_production_' || lpad(api.number::text, 8, '0') || lpad(n::text, 25, '0')"
_NUMBER = "api.number * %(keys)s + n"

_STATEMENTS = (
    _NUMBERED,
    "UPDATE catalog_api SET lifecycle = 'published', visibility = 'internal'",
    "UPDATE catalog_apiversion SET lifecycle = 'published', retired_at = NULL",
    """INSERT INTO catalog_apiinstance (version_id, environment_id, url, created_at)
       SELECT api.version, (SELECT id FROM catalog_environment ORDER BY position LIMIT 1),
              'https://gateway.example/bench-' || api.number, now() FROM numbered AS api""",
    f"""INSERT INTO gateway_route (public_id, instance_id, api_id, path, upstream, upstream_ca, upstream_server_name,
              verifies_upstream, connect_seconds, timeout_seconds, retries, balancing, max_connections,
              max_pending_requests, max_requests, outlier_errors, outlier_ejection_seconds, max_body_bytes,
              key_parameter, created_at, created_by, generation)
       SELECT 'rte_' || {_ID.format(number="api.number")}, instance.id, api.id, '/bench-' || api.number,
              'http://127.0.0.1:' || %(upstream)s, '', '', true, 5, 15, 0, 'round_robin', 1024, 1024, 1024, 0, 30,
              1000000, '', now(), 'bench', 1
       FROM numbered AS api JOIN catalog_apiinstance AS instance
            ON instance.url = 'https://gateway.example/bench-' || api.number""",
    f"""INSERT INTO marketplace_application (public_id, name, description, created_at, created_by, environment_id,
              team_id)
       SELECT 'app_' || {_ID.format(number="n")}, 'Application ' || n, '', now(), 'bench',
              (SELECT id FROM catalog_environment ORDER BY position LIMIT 1), (SELECT min(id) FROM accounts_team)
       FROM generate_series(0, %(keys)s - 1) AS n""",
    f"""INSERT INTO marketplace_plan (public_id, slug, title, description, approval, authentication,
              requests_per_second, requests_per_minute, terms, position, created_at, generation, api_id)
       SELECT 'pln_' || {_ID.format(number="api.number")}, 'standard', 'Standard', '', 'automatic', 'api_key',
              1000000, 50000000, '', 0, now(), 0, api.id FROM numbered AS api""",
    f"""INSERT INTO marketplace_subscription (public_id, application_id, api_id, version_id, plan_id, state,
              state_reason, created_at, approved_at, approved_by, changed_at, changed_by, generation)
       SELECT 'sub_' || {_ID.format(number=_NUMBER)}, application.id, api.id, api.version, plan.id,
              CASE WHEN api.number < %(suspended)s AND n = %(keys)s - 1 THEN 'suspended' ELSE 'approved' END,
              '', now(), now(), '', now(), 'bench', 1
       FROM numbered AS api CROSS JOIN generate_series(0, %(keys)s - 1) AS n
       JOIN marketplace_plan AS plan ON plan.api_id = api.id
       JOIN marketplace_application AS application
            ON application.public_id = 'app_' || {_ID.format(number="n")}""",
    f"""INSERT INTO marketplace_credential (public_id, subscription_id, kind, purpose, digest, prefix, last_four,
              created_at, created_by_name, revoked_by_name, generation)
       SELECT 'key_' || {_ID.format(number=_NUMBER)}, subscription.id, 'api_key', 'application',
              encode(sha256(({_KEY})::bytea), 'hex'), 'pk_production', right({_KEY}, 4), now(), 'bench', '', 1
       FROM numbered AS api CROSS JOIN generate_series(0, %(keys)s - 1) AS n
       JOIN marketplace_subscription AS subscription
            ON subscription.public_id = 'sub_' || {_ID.format(number=_NUMBER)}""",
    """INSERT INTO marketplace_generation AS counter (id, value) VALUES (1, 1)
       ON CONFLICT (id) DO UPDATE SET value = counter.value + 1""",
    """INSERT INTO marketplace_enforcedapi (api_id, generation, changed_at)
       SELECT api.id, counter.value, now() FROM numbered AS api, marketplace_generation AS counter""",
)


def key_of(api: int, number: int) -> str:
    """The key of that number of the API of that number; both count from 0."""
    return f"pk_production_{api:08d}{number:025d}"


def path_of(api: int) -> str:
    """Where the API of that number is at the gateway."""
    return f"/bench-{api}/x"


def credential_of(api: int, number: int, keys: int = KEYS) -> str:
    """The public id of a key."""
    return f"key_{api * keys + number:016d}"


def fill(upstream: int, keys: int) -> None:
    """Write all that belongs to routes and keys of every API there is."""
    about = {"upstream": upstream, "keys": keys, "suspended": SUSPENDED}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, about if "%(" in statement else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", type=int, required=True)
    parser.add_argument("--keys", type=int, default=KEYS)
    options = parser.parse_args()
    fill(options.upstream, options.keys)


if __name__ == "__main__":
    main()
