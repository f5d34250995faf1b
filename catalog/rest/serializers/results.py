"""Lists and search results as they are answered."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from catalog.addresses import result_page
from catalog.models import Lifecycle, ServiceKind, Visibility
from catalog.search.values import KINDS, Result
from common.paging import COUNT_LIMIT


class EntrySummary(serializers.Serializer):
    """What lists say of APIs and services; other rows are named by slug."""

    slug = serializers.CharField(source="name")
    title = serializers.CharField()
    description = serializers.CharField(help_text="Its beginning as plain text.")
    owner = serializers.CharField(allow_null=True, help_text="Null for who is not signed in.")
    domain = serializers.CharField(allow_null=True)
    system = serializers.CharField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    visibility = serializers.ChoiceField(Visibility.choices)
    lifecycle = serializers.ChoiceField(Lifecycle.choices)
    updated_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="Its page.")


class APISummary(EntrySummary):
    """An API as it is listed; `version` is its current one."""

    version = serializers.CharField(allow_null=True)
    format = serializers.CharField()
    operation_count = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)


class ServiceSummary(EntrySummary):
    """A service as it is listed."""

    kind = serializers.ChoiceField(ServiceKind.choices)


class Match(serializers.Serializer):
    """Why a result is there."""

    where = serializers.CharField(
        help_text="title, name, path, summary, operation_id, description, field, group, owner, domain, system or tag;"
        " empty for an entry of a list."
    )
    place = serializers.CharField(help_text="Of a field: request, response, query, path, header, cookie or schema.")
    text = serializers.CharField(help_text="What matched there, where the result does not show it.")


class SearchResult(serializers.Serializer):
    """One thing found; `url` leads to it, for an operation to the very operation."""

    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(help_text="Its beginning as plain text.")
    url = serializers.CharField()
    matched = Match()
    api = serializers.CharField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    operation = serializers.CharField(allow_null=True)
    method = serializers.CharField(allow_null=True)
    path = serializers.CharField(allow_null=True)


class FacetValue(serializers.Serializer):
    value = serializers.CharField()
    title = serializers.CharField()
    count = serializers.IntegerField(help_text="An estimate where the count of the page is not exact.")


class Correction(serializers.Serializer):
    """The words that were searched for in place of those that find nothing."""

    asked = serializers.CharField()
    used = serializers.CharField()


class FoundPage(serializers.Serializer):
    """One page of what was found."""

    next = serializers.URLField(allow_null=True, help_text="The next page.")
    previous = serializers.URLField(allow_null=True, help_text="The page before.")
    count = serializers.IntegerField(max_value=COUNT_LIMIT)
    count_exact = serializers.BooleanField(help_text=f"False when there are more than {COUNT_LIMIT:,}.")
    facets = serializers.DictField(
        child=serializers.ListField(child=FacetValue()), required=False, help_text="With `facets=true`."
    )
    correction = Correction(allow_null=True)


class APIPage(FoundPage):
    results = APISummary(many=True)


class ServicePage(FoundPage):
    results = ServiceSummary(many=True)


class SearchAnswer(FoundPage):
    results = SearchResult(many=True)


# Lists are written as plain values: fifty rows through a serializer's fields cost more than the query that found them.


def entry_summary(result: Result) -> dict[str, Any]:
    return {
        "slug": result.name,
        "title": result.title,
        "description": result.description,
        "owner": result.owner or None,
        "domain": result.domain or None,
        "system": result.system or None,
        "tags": result.tags,
        "visibility": result.visibility,
        "lifecycle": result.lifecycle,
        "updated_at": result.updated_at,
        "url": settings.PORTICO_URL + result_page(result),
    }


def api_summary(result: Result) -> dict[str, Any]:
    """As ``APISummary`` describes it."""
    return {
        **entry_summary(result),
        "version": result.version or None,
        "format": result.format,
        "operation_count": result.operation_count,
        "published_at": result.published_at,
    }


def service_summary(result: Result) -> dict[str, Any]:
    """As ``ServiceSummary`` describes it."""
    return {**entry_summary(result), "kind": result.service_kind}


def search_result(result: Result) -> dict[str, Any]:
    """As ``SearchResult`` describes it."""
    matched = result.matched
    return {
        "kind": result.kind,
        "name": result.name,
        "title": result.title,
        "description": result.description,
        "url": settings.PORTICO_URL + result_page(result),
        "matched": {"where": matched.where, "place": matched.place, "text": matched.text},
        "api": result.api or None,
        "version": result.version or None,
        "operation": result.operation or None,
        "method": result.method or None,
        "path": result.path or None,
    }
