"""What is said about a plan, checked the same for every door."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict

from catalog.models import API
from common.errors import Conflict, Invalid
from common.locks import lock_until_commit
from marketplace.generations import advance
from marketplace.models import Authentication, Plan

Unit = Literal["second", "minute", "hour"]
UNITS: tuple[Unit, ...] = ("second", "minute", "hour")
REQUESTS_AT_MOST = 1_000_000_000
PLANS_AT_MOST = 50


class LimitValue(TypedDict):
    """So many requests in each second, minute or hour."""

    requests: int
    per: Unit


class PlanMetadata(TypedDict, total=False):
    """A key that is absent leaves the field as it is. ``limits``, when given, are all of them; ``name`` is the title
    that people read."""

    name: str
    description: str
    approval: str
    authentication: str
    limits: Sequence[LimitValue]
    terms: str
    position: int


def limits_of(plan: Plan) -> list[LimitValue]:
    """The limits of a plan, the shortest time first."""
    told = ((unit, getattr(plan, f"requests_per_{unit}")) for unit in UNITS)
    return [LimitValue(requests=requests, per=unit) for unit, requests in told if requests is not None]


def plan_values(metadata: PlanMetadata) -> dict[str, Any]:
    """The fields of the model; raises ``Invalid`` by field."""
    values: dict[str, Any] = {key: value for key, value in metadata.items() if key not in {"name", "limits"}}
    if "name" in metadata:
        values["title"] = metadata["name"].strip()
        if not values["title"]:
            raise Invalid({"name": "Give the plan a name."})
    if "limits" in metadata:
        values |= _limit_values(metadata["limits"])
    return values


def _limit_values(limits: Sequence[LimitValue]) -> dict[str, int | None]:
    values: dict[str, int | None] = dict.fromkeys((f"requests_per_{unit}" for unit in UNITS), None)
    for limit in limits:
        field = f"requests_per_{limit['per']}"
        if field not in values:
            raise Invalid({"limits": f"A limit is for each {', '.join(UNITS[:-1])} or {UNITS[-1]}."})
        if values[field] is not None:
            raise Invalid({"limits": f"There is more than one limit for each {limit['per']}."})
        if not 1 <= limit["requests"] <= REQUESTS_AT_MOST:
            raise Invalid({"limits": f"Give a number of requests from 1 to {REQUESTS_AT_MOST:,}."})
        values[field] = limit["requests"]
    return values


def lock_plans(api: API) -> None:
    """One at a time adds, restores or deprecates plans of an API."""
    lock_until_commit(f"marketplace.plans:{api.pk}")


def refuse_second_keyless(plan: Plan) -> None:
    """Raise ``Conflict`` when calls without a key would come under two plans at once."""
    if plan.authentication != Authentication.KEYLESS:
        return
    others = Plan.objects.filter(api=plan.api_id, authentication=Authentication.KEYLESS, deprecated_at=None)
    other = others.exclude(pk=plan.pk).first()
    if other is not None:
        raise Conflict(f"Calls without a key come under the plan “{other.title}” already. Deprecate it first.")


def tell_gateways_of(plan: Plan, now: datetime) -> None:
    """Give the plan a new generation, as the last thing of a transaction: its subscribers have its limits at once."""
    plan.generation = advance([plan.api_id], now)
    Plan.objects.filter(pk=plan.pk).update(generation=plan.generation)
