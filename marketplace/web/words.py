"""How the marketplace's values read in its pages."""

from datetime import datetime

from django.utils import timezone

from common.web.words import grouped, long_day, short_time
from marketplace.models import AccessRequest, Application, Approval, Plan, RequestState, Subscription, SubscriptionState

NO_LIMIT = "no limit"


def limits_of(plan: Plan) -> list[tuple[int, str]]:
    """The limits that the plan has, shortest time first: how many requests, and in what time."""
    limits = (
        (plan.requests_per_second, "a second"),
        (plan.requests_per_minute, "a minute"),
        (plan.requests_per_hour, "an hour"),
    )
    return [(count, per) for count, per in limits if count is not None]


def limits_words(plan: Plan) -> str:
    """«50 requests a second, 5,000 an hour»; «no limit»."""
    limits = limits_of(plan)
    if not limits:
        return NO_LIMIT
    (first, per), *others = limits
    noun = "request" if first == 1 else "requests"
    return ", ".join([f"{grouped(first)} {noun} {per}", *(f"{grouped(count)} {other}" for count, other in others)])


def plan_words(plan: Plan) -> str:
    """«Standard, 50 requests a second»."""
    return f"{plan.title}, {limits_words(plan)}"


def owner_words(subscription: Subscription) -> str:
    """Who decides about it: the team that owns the API."""
    owner = subscription.api.owner
    return owner.title if owner is not None else "an administrator"


def standing_words(subscription: Subscription, open_request: AccessRequest | None, now: datetime) -> str:
    """How it came into its state, and who it waits for: «Approved automatically, 28 Nov 2025»."""
    changed = short_time(subscription.changed_at, now)
    match subscription.state:
        case SubscriptionState.PENDING:
            return _asked_words(subscription, open_request, now)
        case SubscriptionState.APPROVED:
            by = f"by {subscription.approved_by}" if subscription.approved_by else "automatically"
            return f"Approved {by}, {short_time(subscription.approved_at or subscription.changed_at, now)}"
        case SubscriptionState.EXPIRED:
            ended = subscription.expires_at or subscription.changed_at
            return f"Expired {short_time(ended, now)}"
    by = f" by {subscription.changed_by}" if subscription.changed_by else ""
    return f"{subscription.get_state_display()}{by}, {changed}"


def _asked_words(subscription: Subscription, open_request: AccessRequest | None, now: datetime) -> str:
    if open_request is None:
        return f"Requested {short_time(subscription.created_at, now)}"
    requested = f"Requested by {open_request.requested_by_name}, {short_time(open_request.requested_at, now)}"
    if open_request.state == RequestState.ASKED:
        return f"{requested}. {owner_words(subscription)} asked a question"
    return f"{requested}, waits for {owner_words(subscription)}"


def end_words(subscription: Subscription) -> str:
    """«Ends 28 Feb 2027» while it has access and an end; else nothing."""
    live = subscription.state in (SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)
    if not live or subscription.expires_at is None:
        return ""
    return f"Ends {long_day(timezone.localtime(subscription.expires_at).date())}"


def approval_words(plan: Plan, owner: str) -> str:
    """What follows from asking for access on the plan, for the foot of the form."""
    if plan.approval == Approval.OWNER:
        return f"Waits for {owner}."
    if plan.authentication == "keyless":
        return "Approved at once. Calls need no key."
    return "Approved at once. You see the key once, and it works about a second later."


def holder_words(application: Application) -> str:
    """The team's title, or the name of the person."""
    return application.team.title if application.team else application.person.display_name
