"""A request as the queue and its maker's list show it, with what the reader may do about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from accounts.actor import Actor
from catalog.models import Lifecycle
from common.access import can
from marketplace.models import AccessRequest, RequestKind, RequestState
from marketplace.permissions import Action
from marketplace.queries.approvals import OPEN, InUse, in_use_by
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
    """``approve_url`` is empty for those who do not decide, and once it is decided. ``notes`` are what the owner should
    know, such as that the version is deprecated."""

    request: AccessRequest
    application_url: str
    api_url: str
    holder: str
    owner: str
    wants: str
    instead_of: str
    in_use: InUse
    approve_url: str = ""
    acts: Sequence[Act] = field(default_factory=tuple)

    @property
    def is_open(self) -> bool:
        return self.request.state in OPEN

    @property
    def is_deprecated(self) -> bool:
        return self.request.subscription.version.lifecycle == Lifecycle.DEPRECATED


def request_rows(actor: Actor, requests: Collection[AccessRequest], here: str) -> list[RequestRow]:
    """Rows of ``marketplace.queries.requests.with_context``; one query. ``here`` is where an answer leads back to."""
    applications = {one.subscription.application_id for one in requests}
    uses = in_use_by(actor, applications, [one.subscription_id for one in requests])
    nothing = InUse((), 0)
    return [_row(actor, one, uses.get(one.subscription.application_id, nothing), here) for one in requests]


def _row(actor: Actor, one: AccessRequest, in_use: InUse, here: str) -> RequestRow:
    subscription = one.subscription
    may_decide = one.state in OPEN and can(actor, Action.ACCESS_DECIDE, one)
    is_change = one.kind == RequestKind.PLAN_CHANGE
    return RequestRow(
        request=one,
        application_url=application_url(subscription.application),
        api_url=reverse("catalog:api-detail", args=[subscription.api.slug]),
        holder=holder_words(subscription.application),
        owner=owner_words(subscription),
        wants=plan_words(one.plan),
        instead_of=plan_words(subscription.plan) if is_change and one.state in OPEN else "",
        in_use=in_use,
        approve_url=_url(one, "approve", here) if may_decide else "",
        acts=_acts(actor, one, here, may_decide=may_decide),
    )


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
