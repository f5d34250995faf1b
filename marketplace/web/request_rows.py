"""A request as the queue and its maker's list show it, with what the reader may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from accounts.actor import Actor
from catalog.models import Lifecycle
from common.access import can
from common.web.words import counted
from marketplace.models import AccessRequest, RequestKind, RequestState
from marketplace.permissions import Action
from marketplace.queries.requests import Context, with_context
from marketplace.subscriptions import OPEN
from marketplace.web.places import application_url
from marketplace.web.words import holder_words, owner_words, plan_words


@dataclass(frozen=True, slots=True)
class Act:
    """A question to ask, as a page and as a dialog."""

    title: str
    url: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """``also_uses`` names what else the application has access to, ``team_uses`` says what the rest of its holder's
    applications have. ``api`` is empty for an API that the reader may not know of any more; ``approve_url`` for those
    who do not decide, and once it is decided."""

    request: AccessRequest
    application_url: str
    api: str
    api_url: str
    holder: str
    owner: str
    wants: str
    instead_of: str
    also_uses: str
    team_uses: str
    approve_url: str = ""
    acts: Sequence[Act] = field(default_factory=tuple)

    @property
    def is_open(self) -> bool:
        return self.request.state in OPEN

    @property
    def is_deprecated(self) -> bool:
        return self.request.subscription.version.lifecycle == Lifecycle.DEPRECATED


def request_rows(actor: Actor, requests: Sequence[AccessRequest], here: str) -> list[RequestRow]:
    """Rows of ``marketplace.queries.requests.requests``; three queries. ``here`` is where an answer leads back to."""
    return [_row(actor, one, here) for one in with_context(actor, requests)]


def _row(actor: Actor, one: AccessRequest, here: str) -> RequestRow:
    subscription = one.subscription
    may_decide = one.state in OPEN and can(actor, Action.ACCESS_DECIDE, one)
    is_change = one.kind == RequestKind.PLAN_CHANGE
    return RequestRow(
        request=one,
        application_url=application_url(subscription.application),
        api=subscription.api.title if one.may_see_api else "",
        api_url=reverse("catalog:api-detail", args=[subscription.api.slug]),
        holder=holder_words(subscription.application),
        owner=owner_words(subscription),
        wants=plan_words(one.plan),
        instead_of=plan_words(subscription.plan) if is_change and one.state in OPEN else "",
        also_uses=_uses(one.context, subscription.api.slug),
        team_uses=_team_uses(one.context),
        approve_url=_url(one, "approve", here) if may_decide else "",
        acts=_acts(actor, one, here, may_decide=may_decide),
    )


def _uses(context: Context, without: str) -> str:
    """«Ledger, Payments and 3 more», without what is asked for; what the reader may not know of is only counted."""
    asked = sum(use.api == without for use in context.named)
    names = list(dict.fromkeys(use.api_title for use in context.named if use.api != without))
    more = context.application_count - asked - sum(use.api != without for use in context.named)
    if not names:
        return counted(more, "API,APIs") if more else "Nothing yet"
    return f"{', '.join(names)} and {more} more" if more else ", ".join(names)


def _team_uses(context: Context) -> str:
    if not context.team_application_count:
        return ""
    applications = counted(context.team_application_count, "other application,other applications")
    return f"{applications} with {counted(context.team_subscription_count, 'subscription,subscriptions')}"


def _acts(actor: Actor, one: AccessRequest, here: str, *, may_decide: bool) -> list[Act]:
    acts = []
    if may_decide:
        acts += [Act("Ask", _url(one, "ask", here)), Act("Reject", _url(one, "reject", here))]
    if one.state in OPEN and can(actor, Action.ACCESS_ANSWER, one):
        if one.state == RequestState.ASKED:
            acts.insert(0, Act("Answer", _url(one, "answer", here)))
        acts.append(Act("Withdraw", _url(one, "withdraw", here)))
    return acts


def _url(one: AccessRequest, name: str, here: str) -> str:
    url = reverse(f"marketplace:request-{name}", args=[one.public_id])
    return f"{url}?{urlencode({'next': here})}"
