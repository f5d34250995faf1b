"""Filters of the lists below an API."""

from django_filters import rest_framework as filters

from catalog.models import APIVersion, Lifecycle, Operation


class VersionFilter(filters.FilterSet):
    lifecycle = filters.MultipleChoiceFilter(choices=Lifecycle)

    class Meta:
        model = APIVersion
        fields = ["lifecycle"]


class OperationFilter(filters.FilterSet):
    """``method`` in any case; ``group`` is the operation's first tag in the document."""

    method = filters.CharFilter(lookup_expr="iexact")
    group = filters.CharFilter()
    deprecated = filters.BooleanFilter()

    class Meta:
        model = Operation
        fields = ["method", "group", "deprecated"]
