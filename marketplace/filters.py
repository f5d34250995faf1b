"""What lists of the marketplace are narrowed by, in both doors."""

from datetime import timedelta

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone

from marketplace.credentials import KeyState, ends_between, in_state, unused_since
from marketplace.models import Credential, CredentialPurpose, Subscription, SubscriptionState
from marketplace.queries.consumers import HAS_ACCESS

_DAYS_AT_MOST = 3_650
_ENDED = (SubscriptionState.REVOKED, SubscriptionState.EXPIRED)
CONSUMER_STATES = [(state.value, state.label) for state in (*HAS_ACCESS, *_ENDED)]


class DaysFilter(django_filters.NumberFilter):
    """A whole number of days."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            decimal_places=0, validators=[MinValueValidator(1), MaxValueValidator(_DAYS_AT_MOST)], **options
        )


class CredentialFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        method="in_state", choices=KeyState.choices, label="State", empty_label="Any state"
    )
    unused_for_days = DaysFilter(
        method="unused", label="Unused for days", help_text="Made longer ago than that, and not used since."
    )
    expires_within_days = DaysFilter(
        method="ending", label="Ends within days", help_text="Live, and ends by itself within that time."
    )
    application = django_filters.CharFilter(
        field_name="subscription__application__public_id", label="Application", help_text="Id of an application."
    )
    team = django_filters.CharFilter(
        field_name="subscription__application__team__slug",
        label="Held by",
        help_text="Slug of the team that holds the application.",
    )
    api = django_filters.CharFilter(field_name="subscription__api__slug", label="API", help_text="Slug of an API.")
    environment = django_filters.CharFilter(
        field_name="subscription__application__environment__slug",
        label="Environment",
        help_text="Slug of an environment.",
    )
    subscription = django_filters.CharFilter(
        field_name="subscription__public_id", label="Subscription", help_text="Id of a subscription."
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
    environment = django_filters.CharFilter(
        field_name="application__environment__slug", label="Environment", help_text="Slug of an environment."
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
