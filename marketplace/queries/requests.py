"""Access requests: what waits for whom, and what who decides should know."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.actor import Actor
from accounts.models import Role, Scope
from catalog.querysets import is_visible, visible
from common.errors import NotFound
from common.paging import Count as Counted
from marketplace.models import AccessRequest, Application, RequestState, Subscription
from marketplace.queries.consumers import HAS_ACCESS
from marketplace.queries.subscriptions import named_rows
from marketplace.querysets import held_by
from marketplace.subscriptions import OPEN

ORDERINGS: Mapping[str, tuple[str, ...]] = {
    "-requested": ("-requested_at", "-id"),
    "requested": ("requested_at", "id"),
}
#: Further than this the menu says «99+».
WAITING_LIMIT = 99
#: So many of the things an application uses are named to who decides.
NAMED_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Use:
    """Something an application has access to, that the one who decides may know of."""

    api: str
    api_title: str
    version: str
    plan_title: str
    state: str


@dataclass(frozen=True, slots=True)
class Context:
    """What else is used: by the application (``named`` are the newest of ``application_count``), and how many
    subscriptions to how many APIs the rest of its team, or of its person, has."""

    named: tuple[Use, ...]
    application_count: int
    team_application_count: int
    team_subscription_count: int


def requests(actor: Actor) -> QuerySet[AccessRequest]:
    """Those the actor may know of, with all they name, without long texts. Seven queries."""
    named = Subscription.objects.prefetch_related(*named_rows())
    return (
        AccessRequest.objects.visible_to(actor)
        .prefetch_related(Prefetch("subscription", named), "plan")
        .select_related("requested_by")
    )


def request_of(actor: Actor, public_id: str) -> AccessRequest:
    """The request with its ``messages``, oldest first, and its ``context``. Raises ``NotFound``."""
    found = requests(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    found.message_rows = list(found.messages.order_by("at", "id"))
    return with_context(actor, [found])[0]


def decided_by(actor: Actor) -> Q:
    """The condition that the answer to a request is the actor's, as ``marketplace.permissions`` has it."""
    if not actor.has_scope(Scope.MARKETPLACE) or not actor.is_authenticated:
        return Q(pk__in=[])
    if actor.is_administrator:
        return Q()
    if actor.role != Role.PUBLISHER:
        return Q(pk__in=[])
    return Q(subscription__api__owner_id__in=actor.team_ids)


def to_decide(actor: Actor) -> QuerySet[AccessRequest]:
    """What waits for an answer of the actor's; the queue shows it with the longest wait first."""
    return requests(actor).filter(decided_by(actor), state__in=OPEN)


def waiting_for(actor: Actor) -> Counted:
    """How many requests wait for the actor: for a decision, or for the answer to a question; one query, counted to
    ``WAITING_LIMIT``."""
    asked = held_by(actor, "subscription__application__") & Q(state=RequestState.ASKED)
    pending = decided_by(actor) & Q(state=RequestState.PENDING)
    rows = AccessRequest.objects.visible_to(actor).filter(asked | pending, state__in=OPEN)
    found = rows.order_by().values("pk")[: WAITING_LIMIT + 1].count()
    return Counted(min(found, WAITING_LIMIT), found <= WAITING_LIMIT)


def with_may_see_api(actor: Actor, rows: Sequence[AccessRequest]) -> Sequence[AccessRequest]:
    """The same with ``may_see_api``: of a private API that the actor may not see, or not any more, nothing is told but
    that there is a request; no query."""
    for row in rows:
        row.may_see_api = is_visible(actor, row.subscription.api)
    return rows


def with_context(actor: Actor, rows: Sequence[AccessRequest]) -> Sequence[AccessRequest]:
    """The same with ``context`` and ``may_see_api``; three queries, however many rows."""
    applications = {row.subscription.application for row in rows}
    named, counts = _used_by(actor, applications), _counts_of(applications)
    holders = _counts_of_holders(applications)
    for row in rows:
        application = row.subscription.application
        total = counts.get(application.pk, 0)
        others = holders.get(_holder(application), (0, 0))
        row.context = Context(
            tuple(named.get(application.pk, ())),
            total,
            others[0] - (1 if total else 0),
            others[1] - total,
        )
    return with_may_see_api(actor, rows)


def _used_by(actor: Actor, applications: set[Application]) -> Mapping[int, list[Use]]:
    rows = Subscription.objects.filter(
        visible(actor, "api__"), application__in=[one.pk for one in applications], state__in=HAS_ACCESS
    ).annotate(rank=Window(RowNumber(), partition_by=[F("application_id")], order_by=[F("created_at").desc(), "id"]))
    rows = rows.filter(rank__lte=NAMED_AT_MOST).order_by("application_id", "rank")
    found: dict[int, list[Use]] = defaultdict(list)
    shown = rows.values_list("application_id", "api__slug", "api__title", "version__name", "plan__title", "state")
    for application_id, *use in shown:
        found[application_id].append(Use(*use))
    return found


def _counts_of(applications: set[Application]) -> Mapping[int, int]:
    rows = Subscription.objects.filter(application__in=[one.pk for one in applications], state__in=HAS_ACCESS)
    return dict(rows.order_by().values("application_id").annotate(n=Count("pk")).values_list("application_id", "n"))


def _counts_of_holders(applications: set[Application]) -> Mapping[tuple[int | None, int | None], tuple[int, int]]:
    teams = {one.team_id for one in applications if one.team_id}
    people = {one.person_id for one in applications if one.person_id}
    theirs = Q(application__team_id__in=teams) | Q(application__person_id__in=people)
    rows = Subscription.objects.filter(theirs, state__in=HAS_ACCESS).order_by()
    counted = rows.values_list("application__team_id", "application__person_id").annotate(
        Count("application_id", distinct=True), Count("pk")
    )
    return {(team, person): (applications_count, count) for team, person, applications_count, count in counted}


def _holder(application: Application) -> tuple[int | None, int | None]:
    return application.team_id, application.person_id
