"""My applications as a list: what is asked of it, and what stands beside each application."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.db.models import Count, QuerySet

from accounts.actor import Actor
from common.web.vocabulary import BADGES
from marketplace.credentials import KeyState, in_state
from marketplace.filters import ApplicationFilter
from marketplace.models import (
    LIVE,
    AccessRequest,
    Application,
    Credential,
    CredentialPurpose,
    RequestState,
    Subscription,
)
from marketplace.queries.credentials import keys_that_end
from marketplace.web.application_forms import MINE, EnvironmentField, environments, holder_choices

#: From how many days before its end a key is amber.
EXPIRES_SOON = timedelta(days=14)


class ApplicationFilters(forms.Form):
    """What the list can be narrowed to; the query string of the page."""

    search = forms.CharField(required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    team = forms.ChoiceField(label="Held by", required=False)
    environment = EnvironmentField(required=False, empty_label="Any environment")
    state = forms.ChoiceField(required=False, choices=[("", "In use"), ("retired", "Retired")])

    def __init__(self, *args: object, actor: Actor, **options: object) -> None:
        super().__init__(*args, **options)
        self._actor = actor
        self.fields["team"].choices = [("", "Any team, or me"), *holder_choices(actor)]
        self.fields["environment"].queryset = environments(actor)

    def narrowed(self, applications: QuerySet[Application]) -> QuerySet[Application]:
        """The applications that fit; none when the question cannot be read."""
        if not self.is_valid():
            return applications.none()
        asked = self.cleaned_data
        mine = asked["team"] == MINE
        given = {
            "q": asked["search"],
            "team": "" if mine else asked["team"],
            "environment": asked["environment"].slug if asked["environment"] else "",
            "retired": "true" if asked["state"] == "retired" else "false",
        }
        found = ApplicationFilter(given, applications, actor=self._actor).qs
        return found.filter(person_id=self._actor.user_id) if mine else found


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application with how many subscriptions it has in each state, as (badge, count), how many of its keys end
    soon and how many of its requests wait for its holder to answer."""

    application: Application
    states: tuple[tuple[str, int], ...]
    keys_ending: int
    to_answer: int


def application_rows(applications: Collection[Application], now: datetime) -> list[ApplicationRow]:
    """Three queries, however many applications."""
    ids = [one.pk for one in applications]
    states = _counts_by_state(ids)
    ending = dict(
        keys_that_end(EXPIRES_SOON, now)
        .filter(subscription__application_id__in=ids)
        .order_by()
        .values_list("subscription__application_id")
        .annotate(Count("pk"))
    )
    asked = dict(
        AccessRequest.objects.filter(subscription__application_id__in=ids, state=RequestState.ASKED)
        .order_by()
        .values_list("subscription__application_id")
        .annotate(Count("pk"))
    )
    return [
        ApplicationRow(one, _in_order(states[one.pk]), ending.get(one.pk, 0), asked.get(one.pk, 0))
        for one in applications
    ]


def live_keys(now: datetime) -> QuerySet[Credential]:
    """Keys of applications that open doors, or will again when the access is resumed."""
    return Credential.objects.filter(in_state(KeyState.LIVE, now), purpose=CredentialPurpose.APPLICATION)


def _counts_by_state(ids: Collection[int]) -> Mapping[int, dict[str, int]]:
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    rows = Subscription.objects.filter(application_id__in=ids, state__in=LIVE).order_by()
    for application, state, count in rows.values_list("application_id", "state").annotate(Count("pk")):
        counts[application][state] = count
    return counts


def _in_order(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """In the order of the badges: what waits comes first."""
    return tuple((state, counts[state]) for state in BADGES["subscription"] if state in counts)
