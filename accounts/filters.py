"""What lists of people, teams and audit events are narrowed by, in both doors."""

import django_filters
from django.db.models import Q, QuerySet
from django.forms import DateInput, Select

from accounts.models import AuditEvent, Delivery, DeliveryState, Notice, Role, Team, User, Webhook


def _choice() -> Select:
    return Select(choices=[("", "Any"), ("true", "Yes"), ("false", "No")])


class TeamFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="matching", label="Search", help_text="Part of the title or short name.")
    member = django_filters.CharFilter(
        field_name="members__username", lookup_expr="iexact", label="Member", help_text="Username of a member."
    )

    class Meta:
        model = Team
        fields = ["q", "member"]

    def matching(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(Q(title__icontains=value) | Q(slug__icontains=value))


class UserFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="matching", label="Search", help_text="Part of the username, name or mail address."
    )
    role = django_filters.ChoiceFilter(choices=Role.choices, label="Role", empty_label="Any role")
    team = django_filters.CharFilter(field_name="teams__slug", label="Team", help_text="Short name of a team.")
    active = django_filters.BooleanFilter(field_name="is_active", label="Active", widget=_choice())

    class Meta:
        model = User
        fields = ["q", "role", "team", "active"]

    def matching(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(Q(username__icontains=value) | Q(name__icontains=value) | Q(email__icontains=value))


def _day() -> DateInput:
    return DateInput(attrs={"type": "date"})


class AuditFilter(django_filters.FilterSet):
    actor = django_filters.CharFilter(
        field_name="actor_name", lookup_expr="icontains", label="Who", help_text="Part of the actor's name."
    )
    action = django_filters.CharFilter(
        lookup_expr="startswith", label="Action", help_text="An action or its beginning, such as catalog.api."
    )
    object = django_filters.CharFilter(
        field_name="object_name", lookup_expr="icontains", label="Object", help_text="Part of the object's name."
    )
    team = django_filters.CharFilter(method="of_team", label="Team", help_text="Short name of the owning team.")
    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label="From", help_text="First day.", widget=_day()
    )
    until = django_filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label="To", help_text="Last day.", widget=_day()
    )

    class Meta:
        model = AuditEvent
        fields = ["actor", "action", "object", "team", "since", "until"]

    def of_team(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(team_id__in=Team.objects.filter(slug=value).values("pk"))


class NoticeFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(
        field_name="is_read", exclude=True, label="Unread", help_text="Only what is unread, or only what is read."
    )
    kind = django_filters.CharFilter(label="Kind", help_text="A kind of notice, such as access.requested.")

    class Meta:
        model = Notice
        fields = ["unread", "kind"]


class WebhookFilter(django_filters.FilterSet):
    team = django_filters.CharFilter(field_name="team__slug", label="Team", help_text="Short name of a team.")
    site = django_filters.BooleanFilter(
        field_name="team", lookup_expr="isnull", label="Of the site", help_text="Only those of the site, or of teams."
    )

    class Meta:
        model = Webhook
        fields = ["team", "site"]


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=DeliveryState.choices, label="State", empty_label="Any state")
    event = django_filters.CharFilter(
        lookup_expr="startswith", label="Event", help_text="An event or its beginning, such as access."
    )

    class Meta:
        model = Delivery
        fields = ["state", "event"]
