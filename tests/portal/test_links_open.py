"""Whoever is led somewhere by a search, a suggestion or home finds a page there."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client

from catalog.search.words import refresh
from tests.factories.catalog import make_api, make_domain, make_environment, make_service, make_system
from tests.personas import Cast

READERS = ("anonymous", "viewer", "stranger", "member", "administrator")
EVERYTHING = "kind=api,operation,service,team,domain,system,page&limit=200"
GROUPS = ("domain", "system", "team")


@pytest.fixture
def _world(cast: Cast) -> None:
    """Each visibility in each kind; domains and systems with something public, something hidden and nothing."""
    make_environment("production")
    for slug, owner in (("cards", "payments"), ("vaults", "lending"), ("void", None)):
        make_domain(f"{slug}-domain", owner=owner, description="A cedar of a domain.")
        make_system(f"{slug}-system", domain=f"{slug}-domain", description="A cedar of a system.")
    make_system("alone", description="A cedar without a domain.")
    for visibility, group in (("public", "cards"), ("internal", "vaults"), ("private", "vaults")):
        placed = {"domain": f"{group}-domain", "system": f"{group}-system", "visibility": visibility}
        about = {"owner": cast.team, "description": "Cedar.", "docs": "# Cedar\n\nHow to plant one."}
        make_api(f"{visibility}-api", versions=("1.0.0", "2.0.0-rc.1"), **placed, **about)
        make_service(f"{visibility}-service", provides=[f"{visibility}-api"], **placed, **about)
    make_api("drawn", owner=cast.team, visibility="public", lifecycle="draft", description="Cedar in the making.")
    refresh()


def pages_of(client: Client, url: str) -> list[tuple[str, str]]:
    """(kind, path) of every result behind a URL of the REST search."""
    answer = client.get(url)
    assert answer.status_code == 200
    return [(result["kind"], urlsplit(result["url"]).path) for result in answer.json()["results"]]


def links_of(html: str) -> set[str]:
    addresses = (unescape(address) for address in re.findall(r'href="([^"#]*)"', html))
    return {address for address in addresses if re.match(r"/(apis|services|teams|domains|systems)/\w", address)}


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize("persona", READERS)
def test_every_result_of_a_search_opens_for_its_reader(cast: Cast, persona: str) -> None:
    client = cast.client(persona)
    found = set(pages_of(client, f"/api/v1/search?{EVERYTHING}")) | set(pages_of(client, "/api/v1/search?q=cedar"))

    kinds = {kind for kind, _ in found}
    assert {"api", "operation", "service", "page"} <= kinds
    assert kinds.isdisjoint(GROUPS) == (persona == "anonymous")
    assert {path: client.get(path).status_code for _, path in found} == {path: 200 for _, path in found}


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize("persona", READERS)
def test_every_link_to_the_catalog_opens_for_its_reader(cast: Cast, persona: str) -> None:
    client = cast.client(persona)
    links: set[str] = set()
    for url in ("/", "/browse/", "/browse/?q=cedar", "/browse/?kind=domain", "/suggest/?q=cards"):
        found = links_of(client.get(url).content.decode())
        assert found or persona == "anonymous", url
        links |= found

    assert len(links) > 4
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.usefixtures("_world")
def test_who_is_not_signed_in_meets_domains_only_through_what_is_public(cast: Cast) -> None:
    client = cast.client("anonymous")
    facet = client.get("/api/v1/search?facets=true").json()["facets"]["kind"]

    assert sum(value["count"] for value in facet if value["value"] in GROUPS) == 0
    assert links_of(client.get("/").content.decode()) >= {"/domains/cards-domain/"}
    for asked in ("/browse/?q=vaults", "/suggest/?q=vaults", "/", "/api/v1/search?q=vaults"):
        assert "vaults-" not in client.get(asked).content.decode(), asked
