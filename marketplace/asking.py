"""What may be asked for, and what has to be said with it."""

from catalog.models import APIVersion, Lifecycle
from common.errors import Conflict, Invalid
from marketplace.coverage import covers
from marketplace.models import LIVE, Application, Approval, Plan, Subscription

REASON_AT_MOST = 2_000


def refuse_closed(version: APIVersion, plan: Plan) -> None:
    """Raise ``Conflict``, with what to do, when nobody can get access to the version, or on the plan.

    A deprecated version is open: who has to move to its successor may need it until then (``warnings_of``).
    """
    name = f"{version.api.title} {version.name}"
    if version.lifecycle == Lifecycle.DRAFT:
        raise Conflict(f"{name} is a draft. Ask for a published version, or once this one is published.")
    if version.lifecycle == Lifecycle.RETIRED:
        raise Conflict(f"{name} is retired. Ask for a version that is published.")
    refuse_deprecated(plan)


def refuse_deprecated(plan: Plan) -> None:
    if plan.deprecated_at is not None:
        raise Conflict(f"The plan “{plan.title}” takes no new subscribers. Choose another plan.")


def refuse_unsaid(plan: Plan, reason: str, *, accepts_terms: bool) -> None:
    """Raise ``Invalid`` when the reason is missing that an owner decides by, or the terms were not accepted."""
    errors = {}
    if plan.approval == Approval.OWNER and not reason.strip():
        errors["reason"] = "Say what the access is for. The owner of the API decides by it."
    if len(reason) > REASON_AT_MOST:
        errors["reason"] = f"Use at most {REASON_AT_MOST:,} characters."
    if plan.terms and not accepts_terms:
        errors["accepts_terms"] = f"The plan “{plan.title}” has terms. Accept them to get access."
    if errors:
        raise Invalid(errors)


def covering(application: Application, version: APIVersion) -> Subscription | None:
    """The live subscription by which the application has this version already, or waits for it; one query."""
    live = Subscription.objects.filter(application=application, api=version.api_id, state__in=LIVE)
    rows = live.select_related("version", "plan").order_by("pk")
    return next((row for row in rows if covers(row.version.name, version.name)), None)


def warnings_of(version: APIVersion) -> list[str]:
    """What who asks for this version should know: that it is deprecated, until when, and what comes after it."""
    if version.lifecycle != Lifecycle.DEPRECATED:
        return []
    until = f" and ends on {version.sunset_on:%-d %B %Y}" if version.sunset_on else ""
    # One of another API is not named: it may be private.
    after = version.successor if version.successor_id and version.successor.api_id == version.api_id else None
    successor = f" Its successor is {after.name}." if after else ""
    return [f"{version.api.title} {version.name} is deprecated{until}.{successor}"]
