"""What lists of people, teams, tokens and audit events are narrowed by, in both doors."""

import django_filters
from django.db.models import Q, QuerySet

from accounts.models import Team


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
