"""Home: what is new, what ends, what the reader's teams have, and the first steps."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import API, APIVersion
from tests.factories.catalog import make_api, make_domain, make_service, publish
from tests.personas import Cast


def home(cast: Cast, persona: str) -> str:
    answer = cast.client(persona).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def deprecate(api: str, *, days: int, successor: APIVersion | None = None) -> None:
    version = API.objects.get(slug=api).current_version
    version.lifecycle, version.successor = "deprecated", successor
    version.sunset_on = timezone.localdate() + timedelta(days=days)
    version.save()


@pytest.mark.parametrize(
    ("persona", "figures"),
    [
        ("anonymous", "1 API, 1 operation"),
        ("viewer", "2 APIs, 2 operations, 1 service, 2 teams"),
        ("stranger", "2 APIs, 2 operations, 1 service, 2 teams"),
        ("member", "3 APIs, 3 operations, 1 service, 2 teams"),
        ("administrator", "3 APIs, 3 operations, 1 service, 2 teams"),
    ],
)
def test_its_figures_are_those_of_what_the_reader_may_know_of(bank: Cast, persona: str, figures: str):
    assert f"<span>{figures}</span>" in home(bank, persona)


@pytest.mark.parametrize("persona", ["anonymous", "viewer", "stranger"])
def test_it_tells_strangers_nothing_of_a_private_api(bank: Cast, persona: str):
    deprecate("zanzibar", days=20)

    html = home(bank, persona)
    assert [word for word in ("Zanzibar", "zanzibar", "Quokka", "Vault", "vault") if word in html] == []


def test_it_shows_the_private_api_to_its_team(bank: Cast):
    html = home(bank, "member")

    assert "Zanzibar Ledger" in html
    assert "Vault" in html


def test_it_says_what_changed_in_one_sentence(bank: Cast):
    publish("instant-payments", "1.1.0", changelog="")
    make_api("brand-new", owner=bank.team, title="Brand new")

    html = home(bank, "viewer")
    assert "Score history added.</p>" in html
    assert "compatible" not in html
    assert "First published version, 1 operation.</p>" in html
    assert html.index("Brand new") < html.index("Credit Check")


def test_it_shows_deprecated_versions_by_their_sunset(bank: Cast):
    for name, days in (("soon", 39), ("later", 98), ("passed", -3), ("forgotten", -300)):
        make_api(name, owner=bank.team, title=f"The {name} API", visibility="public")
        deprecate(name, days=days)

    html = home(bank, "viewer")
    table = html[html.index("API version") :]
    assert table.index("The passed API") < table.index("The soon API") < table.index("The later API")
    assert "The forgotten API" not in table
    assert 'state-warn"><svg' in table.split("The soon API")[1].split("39 days")[0]
    assert '<span class="meta">98 days</span>' in table


def test_a_successor_is_named_only_to_who_may_know_of_it(bank: Cast):
    secret = API.objects.get(slug="zanzibar").current_version
    deprecate("credit-check", days=80, successor=secret)

    assert "Zanzibar Ledger 1.0.0" in home(bank, "member")
    assert "No successor" in home(bank, "viewer")


def test_it_counts_what_the_readers_teams_have(bank: Cast):
    html = home(bank, "maintainer")

    assert 'href="/teams/payments/"' in html
    assert "Maintainer. 2 APIs, 0 services" in html
    assert 'aria-label="My teams"' not in home(bank, "viewer")


def test_it_names_no_teams_to_who_is_not_signed_in(bank: Cast):
    html = home(bank, "anonymous")

    assert "Credit Check" in html
    assert "Lending" not in html
    assert "No owner" not in html


def test_its_examples_find_something(bank: Cast):
    client = bank.client("viewer")
    html = home(bank, "viewer")
    hints = html[html.index("home-hints") : html.index("domain-tiles")]

    addresses = [part.split('"')[0] for part in hints.split('href="')[1:]]
    assert len(addresses) >= 3
    assert all(b"data-row-link" in client.get(address.replace("&amp;", "&")).content for address in addresses)


def test_a_new_installation_shows_the_first_steps_that_the_reader_may_take(cast: Cast):
    administrator, member, viewer = (home(cast, name) for name in ("administrator", "member", "viewer"))

    assert "First steps" in administrator
    assert "Invite people" in administrator
    assert "/api/v1/apis/payments/versions/auto" in member
    assert "Add a service" in member
    assert "Invite people" not in member
    assert "Nothing is published yet" in viewer
    assert "Sign in to see" in home(cast, "anonymous")


def test_many_domains_end_in_a_tile_for_all_of_them(cast: Cast):
    for number in range(14):
        make_domain(f"area-{number}")
        make_service(f"service-{number}", owner=cast.team, domain=f"area-{number}", visibility="public")

    html, public = home(cast, "viewer"), home(cast, "anonymous")
    assert html.count("1 service</span>") == 11
    assert "14 domains" in html
    assert public.count("1 service</span>") == 12
    assert "?kind=domain" not in public


def test_its_number_of_queries_does_not_depend_on_what_is_there(bank: Cast):
    counts = []
    for number in range(3):
        make_domain(f"more-{number}")
        make_api(f"more-{number}", owner=bank.team, domain=f"more-{number}", versions=("1.0.0", "2.0.0"))
        if number:
            deprecate(f"more-{number}", days=number)
        client = bank.client("member")
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))

    assert counts == [12, 12, 12]
