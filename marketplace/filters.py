"""What lists of the marketplace are narrowed by, in both doors."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import Select

from accounts.actor import Actor, anonymous
from accounts.models import Team
from catalog.models import API, Environment
from marketplace.models import AccessRequest, Application, RequestKind, RequestState, Subscription, SubscriptionState
from marketplace.queries.requests import decided_by
from marketplace.querysets import held_by
from marketplace.subscriptions import OPEN

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

    def _api(self, slug: str) -> QuerySet[API]:
        return API.objects.visible_to(self._actor).filter(slug=slug).values("pk")


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
        return queryset.filter(api_id__in=self._api(value))


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
        return queryset.filter(subscription__api_id__in=self._api(value))

    def to_decide(self, queryset: QuerySet, _name: str, value: bool) -> QuerySet:
        mine = decided_by(self._actor) & Q(state__in=OPEN)
        return queryset.filter(mine if value else ~mine)
