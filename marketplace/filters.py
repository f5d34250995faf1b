"""What lists of the marketplace are narrowed by, in both doors."""

from datetime import timedelta
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, Q, QuerySet
from django.forms import Select
from django.utils import timezone

from accounts.actor import Actor, anonymous
from accounts.models import Team
from catalog.models import API, Environment
from marketplace.credentials import KeyState, ends_between, in_state, unused_since
from marketplace.models import (
    AccessRequest,
    Application,
    Credential,
    CredentialPurpose,
    RequestKind,
    RequestState,
    Subscription,
    SubscriptionState,
)
from marketplace.queries.consumers import HAS_ACCESS
from marketplace.queries.requests import decided_by
from marketplace.querysets import held_by
from marketplace.subscriptions import OPEN

_DAYS_AT_MOST = 3_650
_ENDED = (SubscriptionState.REVOKED, SubscriptionState.EXPIRED)
CONSUMER_STATES = [(state.value, state.label) for state in (*HAS_ACCESS, *_ENDED)]
#: What is asked for in place of a state: nobody has answered yet.
OPEN_WORD = "open"


def _choice() -> Select:
    return Select(choices=[("", "Any"), ("true", "Yes"), ("false", "No")])


class ActorFilterSet(django_filters.FilterSet):
    """Filters that ask who asks: what somebody may not know of selects nothing."""

    def __init__(self, *args: Any, actor: Actor | None = None, **options: Any) -> None:
        """``actor`` is who asks, taken from the request where there is one."""
        super().__init__(*args, **options)
        self._actor = actor or (self.request.actor if self.request is not None else anonymous())

    def _api(self, slug: str) -> QuerySet:
        """Its id as one value, or nothing: with it, and not with a join, an index gives the order."""
        return API.objects.visible_to(self._actor).filter(slug=slug).values_list("pk", flat=True)[:1]


class ApplicationFilter(ActorFilterSet):
    q = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", label="Search", max_length=200, help_text="Part of the name."
    )
    team = django_filters.CharFilter(method="of_team", label="Team", help_text="Slug of the team that holds it.")
    environment = django_filters.CharFilter(
        method="of_environment", label="Environment", help_text="Slug of an environment."
    )
    mine = django_filters.BooleanFilter(
        method="of_actor", label="Mine", widget=_choice(), help_text="true: those you or one of your teams holds."
    )
    retired = django_filters.BooleanFilter(
        field_name="retired_at", lookup_expr="isnull", exclude=True, label="Retired", widget=_choice()
    )

    class Meta:
        model = Application
        fields = ["q", "team", "environment", "mine", "retired"]

    def of_team(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(team_id__in=Team.objects.filter(slug=value).values("pk"))

    def of_environment(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(environment_id__in=Environment.objects.filter(slug=value).values("pk"))

    def of_actor(self, queryset: QuerySet, _name: str, value: bool) -> QuerySet:
        held = held_by(self._actor)
        return queryset.filter(held if value else ~held)


class SubscriptionFilter(ActorFilterSet):
    state = django_filters.ChoiceFilter(choices=SubscriptionState.choices, label="State", empty_label="Any state")
    api = django_filters.CharFilter(method="of_api", label="API", help_text="Slug of an API.")
    application = django_filters.CharFilter(
        field_name="application__public_id", label="Application", help_text="Id of an application."
    )
    environment = django_filters.CharFilter(
        field_name="application__environment__slug", label="Environment", help_text="Slug of an environment."
    )

    class Meta:
        model = Subscription
        fields = ["state", "api", "application", "environment"]

    def of_api(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(api_id=self._api(value))


class AccessRequestFilter(ActorFilterSet):
    state = django_filters.ChoiceFilter(
        method="in_state",
        choices=[(OPEN_WORD, "Open"), *RequestState.choices],
        label="State",
        empty_label="Any state",
        help_text="open: pending or asked.",
    )
    kind = django_filters.ChoiceFilter(choices=RequestKind.choices, label="Kind", empty_label="Any kind")
    api = django_filters.CharFilter(method="of_api", label="API", help_text="Slug of an API.")
    application = django_filters.CharFilter(
        field_name="subscription__application__public_id", label="Application", help_text="Id of an application."
    )
    decide = django_filters.BooleanFilter(
        method="to_decide",
        label="Mine to decide",
        widget=_choice(),
        help_text="true: open requests that wait for you; false: the others.",
    )

    class Meta:
        model = AccessRequest
        fields = ["state", "kind", "api", "application", "decide"]

    def in_state(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(state__in=OPEN) if value == OPEN_WORD else queryset.filter(state=value)

    def of_api(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(subscription__api_id=self._api(value))

    def to_decide(self, queryset: QuerySet, _name: str, value: bool) -> QuerySet:
        mine = decided_by(self._actor) & Q(state__in=OPEN)
        return queryset.filter(mine if value else ~mine)


class DaysFilter(django_filters.NumberFilter):
    """A whole number of days."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            decimal_places=0, validators=[MinValueValidator(1), MaxValueValidator(_DAYS_AT_MOST)], **options
        )


class NameFilter(django_filters.CharFilter):
    """By what a row of another table is called outside. It is looked up first: with its primary key the database knows
    how many rows to expect, and without such a row nothing is searched."""

    def __init__(self, model: type[Model], lookup: str, **options: object) -> None:
        super().__init__(**options)
        self.model_named, self.lookup = model, lookup

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        if not value:
            return queryset
        found = self.model_named.objects.filter(**{self.lookup: value}).values_list("pk", flat=True).first()
        return queryset.none() if found is None else queryset.filter(**{self.field_name: found})


class CredentialFilter(ActorFilterSet):
    state = django_filters.ChoiceFilter(
        method="in_state", choices=KeyState.choices, label="State", empty_label="Any state"
    )
    unused_for_days = DaysFilter(
        method="unused", label="Unused for days", help_text="Made longer ago than that, and not used since."
    )
    expires_within_days = DaysFilter(
        method="ending", label="Ends within days", help_text="Live, and ends by itself within that time."
    )
    application = NameFilter(
        Application,
        "public_id",
        field_name="subscription__application",
        label="Application id",
        help_text="Id of an application.",
    )
    team = NameFilter(
        Team,
        "slug",
        field_name="subscription__application__team",
        label="Team, short name",
        help_text="Slug of the team that holds the application.",
    )
    api = django_filters.CharFilter(method="of_api", label="API, short name", help_text="Slug of an API.")
    environment = NameFilter(
        Environment,
        "slug",
        field_name="subscription__application__environment",
        label="Environment",
        help_text="Slug of an environment.",
    )
    subscription = NameFilter(
        Subscription, "public_id", field_name="subscription", label="Subscription id", help_text="Id of a subscription."
    )
    last_four = django_filters.CharFilter(label="Last four", max_length=4, help_text="The last four characters.")
    purpose = django_filters.ChoiceFilter(
        choices=CredentialPurpose.choices, label="Made for", empty_label="Anything", help_text="Who keeps the key."
    )

    class Meta:
        model = Credential
        fields = [
            "state", "unused_for_days", "expires_within_days", "application", "team", "api", "environment",
            "subscription", "last_four", "purpose",
        ]  # fmt: skip

    def of_api(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(subscription__api__in=list(self._api(value)))

    def in_state(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(in_state(value, timezone.now()))

    def unused(self, queryset: QuerySet, _name: str, value: int) -> QuerySet:
        return queryset.filter(unused_since(timezone.now() - timedelta(days=int(value))))

    def ending(self, queryset: QuerySet, _name: str, value: int) -> QuerySet:
        now = timezone.now()
        soon = ends_between(now, now + timedelta(days=int(value)))
        return queryset.filter(soon, in_state(KeyState.LIVE, now))


class ConsumerFilter(django_filters.FilterSet):
    """Without a state: those who have access, suspended or not."""

    q = django_filters.CharFilter(
        method="matching",
        label="Search",
        max_length=200,
        help_text="Part of the name of the application, or of the team that holds it.",
    )
    state = django_filters.ChoiceFilter(
        method="in_state", choices=CONSUMER_STATES, label="State", empty_label="Has access"
    )
    environment = NameFilter(
        Environment,
        "slug",
        field_name="application__environment",
        label="Environment",
        help_text="Slug of an environment.",
    )

    class Meta:
        model = Subscription
        fields = ["q", "state", "environment"]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.filter(state__in=HAS_ACCESS)

    def matching(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        named = Q(application__name__icontains=value) | Q(application__team__title__icontains=value)
        return queryset.filter(named)

    def in_state(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(state=value)
