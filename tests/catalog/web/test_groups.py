"""Domains, systems and teams with what is in them, and their administration."""

from catalog.models import Domain, Environment, System
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api, make_domain, make_environment, make_service, make_system


def test_it_shows_and_counts_only_what_the_reader_may_see(cast):
    make_domain("cards", title="Cards")
    make_api("payments", owner=cast.team, domain="cards", title="Payments")
    make_api("secret", owner=cast.team, domain="cards", title="Secret", visibility="private")
    make_service("ledger", owner=cast.team, domain="cards", title="Ledger")

    stranger = cast.client("stranger").get("/domains/cards/")
    member = Elements(cast.client("member").get("/domains/cards/").content)

    page = Elements(stranger.content)
    assert b"Secret" not in stranger.content
    assert page.texts("part-tabs") == ["APIs 1 Services 1 Systems 0"]
    assert member.texts("part-tabs") == ["APIs 2 Services 1 Systems 0"]
    assert b"Ledger" in cast.client("stranger").get("/domains/cards/?show=services").content
    assert cast.client("stranger").get("/domains/cards/?show=nothing").status_code == 404


def test_it_is_there_for_nobody_in_particular_only_with_something_public(cast):
    make_domain("cards")
    make_system("inner", domain="cards")
    make_system("outer", domain="cards")
    make_api("payments", owner=cast.team, domain="cards", system="inner")
    anonymous = cast.client("anonymous")
    assert [anonymous.get(path).status_code for path in ("/domains/cards/", "/systems/inner/")] == [404, 404]

    make_api("rates", owner=cast.team, domain="cards", system="outer", visibility="public")

    assert [anonymous.get(path).status_code for path in ("/domains/cards/", "/systems/inner/")] == [200, 404]
    systems = anonymous.get("/domains/cards/?show=systems").content
    assert b"/systems/outer/" in systems
    assert b"/systems/inner/" not in systems


def test_it_pages_by_key(cast):
    make_domain("cards")
    for number in range(52):
        make_service(f"service-{number:02}", owner=cast.team, domain="cards")
    client = cast.client("viewer")

    first = Elements(client.get("/domains/cards/?show=services").content)
    second = Elements(client.get(next(link for link in first.links() if "cursor=" in link)).content)

    assert len(first.texts("lines-name")) == 50
    assert second.texts("lines-name") == ["service-50", "service-51"]


def test_it_lists_what_a_team_owns_as_part_and_as_page(cast):
    make_api("payments", owner=cast.team, title="Payments")
    make_api("secret", owner=cast.team, title="Secret", visibility="private")
    make_service("ledger", owner=cast.team, title="Ledger")
    client = cast.client("stranger")

    part = client.get("/teams/payments/entries/", headers={"hx-request": "true"})
    whole = client.get("/teams/payments/entries/")

    assert b"<html" not in part.content
    assert b"<html" in whole.content
    for answer in (part, whole):
        assert Elements(answer.content).texts("lines-name") == ["Payments", "Ledger"]
    assert b"owns no API" in client.get("/teams/lending/entries/").content
    assert cast.client("anonymous").get("/teams/payments/entries/").status_code == 404


def test_it_adds_edits_and_deletes_groupings(cast):
    client = cast.client("administrator")

    client.post("/administration/domains/add/", {"slug": "cards", "title": "Cards", "owner": "payments"})
    client.post("/administration/systems/add/", {"slug": "core", "title": "Core", "domain": "cards"})
    client.post("/administration/environments/add/", {"slug": "production", "title": "Production", "position": 0})
    assert Domain.objects.get().owner.slug == "payments"
    assert System.objects.get().domain.slug == "cards"
    assert Environment.objects.get().position == 0

    edited = client.post("/administration/domains/cards/edit/", {"title": "Cards and accounts", "slug": "other"})
    assert edited["Location"] == "/administration/domains/"
    assert Domain.objects.values_list("slug", "title").get() == ("cards", "Cards and accounts")

    used = client.post("/administration/domains/cards/delete/")
    assert used.status_code == 409
    assert "is in use" in Elements(used.content).texts("notice-title")[0]
    client.post("/administration/systems/core/delete/")
    client.post("/administration/domains/cards/delete/")
    assert not Domain.objects.exists()


def test_it_says_what_is_wrong_with_a_grouping(cast):
    make_environment("staging")
    client = cast.client("administrator")

    taken = client.post("/administration/environments/add/", {"slug": "staging", "title": "Staging", "position": 1})
    badly = client.post("/administration/environments/add/", {"slug": "No", "title": "", "position": "x"})

    assert (taken.status_code, badly.status_code) == (422, 422)
    assert Elements(taken.content).texts("notice-title") == ["The name staging is taken."]
    assert len(Elements(badly.content).texts("field-error")) >= 2
