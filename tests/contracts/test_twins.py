"""What a list is narrowed by is one FilterSet for both doors, so that a page and the REST API find the same."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages

import django_filters
import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOMS = ("accounts", "catalog", "discovery", "marketplace", "gateway")
# FilterSet -> why only one door names it.
EXEMPT: dict[str, str] = {
    "WebhookFilter": "The pages list the webhooks of one team, or of the site, each at an address of its own.",
    "ActorFilterSet": "What other filters of the marketplace are made of.",
    "AccessRequestFilter": "The page has three lists, each a question of its own: waiting, decided, made by me.",
    "SubscriptionFilter": "The pages list the subscriptions of one application; of an API, with ConsumerFilter.",
    "DiscoveredServiceFilter": "The pages narrow by it in discovery.queries.inbox, as the list of REST does.",
}


def filter_sets() -> list[type[django_filters.FilterSet]]:
    modules = [import_module(f"{room}.filters") for room in ROOMS if find_spec(f"{room}.filters")]
    return [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, django_filters.FilterSet)
        and value.__module__ == module.__name__
    ]


def rest_filter_sets(patterns: list[URLPattern | URLResolver]) -> Iterator[type]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from rest_filter_sets(pattern.url_patterns)
        elif found := getattr(getattr(pattern.callback, "cls", None), "filterset_class", None):
            yield found


def web_names() -> set[object]:
    """Whatever the modules of the web doors hold."""
    modules = [
        import_module(info.name)
        for room in ROOMS
        for info in walk_packages(import_module(f"{room}.web").__path__, f"{room}.web.")
    ]
    return {value for module in modules for value in vars(module).values() if isinstance(value, type)}


def test_it_finds_the_filters_of_the_rooms():
    assert {"TeamFilter", "UserFilter", "AuditFilter"} <= {found.__name__ for found in filter_sets()}


@pytest.mark.parametrize("found", filter_sets(), ids=lambda found: found.__name__)
def test_it_uses_each_filter_in_both_doors(found):
    doors = (found in set(rest_filter_sets(get_resolver().url_patterns)), found in web_names())
    assert doors == (True, True) or found.__name__ in EXEMPT
