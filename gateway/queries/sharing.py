"""Among how many gateways the limits of plans are divided now, as those who read about traffic are told."""

from dataclasses import dataclass

from django.db import connection

from catalog.models import API, Environment

_SHARES = """
    SELECT environment.title,
           (SELECT count(*) FROM gateway_gateway AS gateway
            WHERE gateway.is_counted
                  AND (EXISTS (SELECT FROM gateway_gateway_environments AS place
                               WHERE place.gateway_id = gateway.id AND place.environment_id = environment.id)
                       OR NOT EXISTS (SELECT FROM gateway_gateway_environments AS place
                                      WHERE place.gateway_id = gateway.id)))
    FROM catalog_environment AS environment
"""
_IN_ORDER = "ORDER BY environment.position, environment.slug"
_OF_API = f"""
    {_SHARES}
    WHERE environment.id IN (SELECT instance.environment_id FROM gateway_route AS route
                             JOIN catalog_apiinstance AS instance ON instance.id = route.instance_id
                             WHERE route.api_id = %s)
    {_IN_ORDER}
"""  # noqa: S608 - our own text
_OF_ENVIRONMENT = f"{_SHARES} WHERE environment.id = %s"


@dataclass(frozen=True, slots=True)
class Share:
    """An environment, by its title, and how many gateways are connected that carry it."""

    environment: str
    gateways: int


def shares_of_api(api: API) -> list[Share]:
    """Of each environment in which gateways carry the API, production first; one query."""
    return _shares(_OF_API, api.pk)


def shares_in(environment: Environment) -> list[Share]:
    """The one of an environment; one query."""
    return _shares(_OF_ENVIRONMENT, environment.pk)


def _shares(statement: str, pk: int) -> list[Share]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [pk])
        return [Share(*row) for row in cursor.fetchall()]
