"""A private API of others: nobody but its team and administrators sees it, counts it or learns its name."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from catalog.search.words import refresh
from tests.factories.catalog import make_api, make_domain, make_environment, make_service, openapi, publish
from tests.personas import Cast

SECRET = "zanzibar"
STRANGERS = ("anonymous", "viewer", "stranger")


@pytest.fixture
def _world(cast: Cast) -> None:
    """Two neighbours everybody may see, and between them what nobody may."""
    make_environment("production")
    make_domain("cards")
    make_api("open", owner=cast.team, domain="cards", visibility="public")
    document = openapi(title=SECRET.capitalize())
    document["paths"] = {f"/{SECRET}": {"get": {"operationId": SECRET, "responses": {"200": {"description": "x"}}}}}
    publish(
        SECRET,
        owner=cast.team.slug,
        document=document,
        visibility="private",
        domain="cards",
        tags=[SECRET],
        docs=f"# {SECRET}",
        instances=[{"environment": "production", "url": f"https://{SECRET}.example.com"}],
    )
    make_service("core", owner=cast.team, provides=["open", SECRET], visibility="public")
    make_service(f"{SECRET}-service", owner=cast.team, visibility="private", consumes=["open"])
    refresh()


def catalog_urls(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from catalog_urls(pattern.url_patterns, inner)
        elif namespace == "rest:catalog:":
            yield f"{namespace}{pattern.name}", pattern


def names_of(entry: str) -> dict[str, str]:
    return {
        "api": entry,
        "entry": entry,
        "service": entry,
        "version": "1.0.0",
        "operation": SECRET,
        "page": "documentation",
        "domain": "cards",
        "system": "ledger",
        "environment": "production",
    }


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize("persona", STRANGERS)
def test_no_url_tells_it_from_what_does_not_exist(cast: Cast, persona: str) -> None:
    client = cast.client(persona)
    asked = 0
    for name, pattern in catalog_urls(get_resolver().url_patterns):
        parameters = pattern.pattern.converters
        if not {"api", "entry", "service"} & set(parameters):
            continue
        answers = []
        for entry in (SECRET, f"{SECRET}-service", "nothing"):
            names = names_of(entry)
            url = reverse(name, kwargs={parameter: names[parameter] for parameter in parameters})
            answer = client.get(url)
            answers.append((answer.status_code, answer.json()))
            asked += 1
        assert answers[0] == answers[1] == answers[2], name
        assert answers[0][0] == 404, name
    assert asked > 20


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize("persona", STRANGERS)
@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/apis?facets=true",
        "/api/v1/services?facets=true",
        f"/api/v1/apis?facets=true&tag={SECRET}",
        "/api/v1/apis?domain=cards&facets=true",
        f"/api/v1/apis?q={SECRET}&facets=true",
        f"/api/v1/search?q={SECRET}&facets=true",
        "/api/v1/search?q=zanzibaar&facets=true",
        "/api/v1/search?q=zanz&facets=true",
        f"/api/v1/search?q=GET%20/{SECRET}",
        "/api/v1/apis/open",
        "/api/v1/services/core",
    ],
)
def test_no_list_shows_or_counts_it(cast: Cast, persona: str, url: str) -> None:
    stranger, owner = cast.client(persona).get(url), cast.client("member").get(url)

    echoed = stranger.content.decode().replace(f"q={SECRET}", "").replace(f"tag={SECRET}", "")
    facets = stranger.json().get("facets", {})
    # A value that was asked for stands among the facets with nothing behind it.
    asked = [value for value in facets.get("tag", []) if value["value"] == SECRET]
    assert all(value["count"] == 0 for value in asked)
    assert SECRET in echoed.lower() if asked else SECRET not in echoed.lower()
    assert SECRET in owner.content.decode().lower()
    counts = [value["count"] for facet, values in facets.items() if facet != "kind" for value in values]
    assert max(counts, default=0) <= stranger.json().get("count", 0)


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize("persona", STRANGERS)
def test_lists_count_only_what_they_may_show(cast: Cast, persona: str) -> None:
    client = cast.client(persona)
    for url, count in (("apis", 1), ("services", 1), ("apis?domain=cards", 1), (f"search?q={SECRET}", 0)):
        assert client.get(f"/api/v1/{url}").json()["count"] == count, url


@pytest.mark.usefixtures("_world")
def test_what_its_team_names_of_it_is_left_out_for_others(cast: Cast) -> None:
    for persona in STRANGERS:
        client = cast.client(persona)
        assert client.get("/api/v1/services/core").json()["provides"] == ["open"]
        assert client.get("/api/v1/apis/open").json()["consumed_by"] == []
    member = cast.client("member")
    assert member.get("/api/v1/services/core").json()["provides"] == ["open", SECRET]
    assert member.get("/api/v1/apis/open").json()["consumed_by"] == [f"{SECRET}-service"]


@pytest.mark.usefixtures("_world")
def test_it_is_named_as_a_successor_only_to_who_may_know_of_it(cast: Cast) -> None:
    publish("open", "0.9.0", lifecycle="deprecated", successor=f"{SECRET}/1.0.0")

    def successors(persona: str) -> list[str | None]:
        client = cast.client(persona)
        listed = client.get("/api/v1/apis/open/versions").json()["results"]
        return [listed[-1]["successor"], client.get("/api/v1/apis/open/versions/0.9.0").json()["successor"]]

    for persona in STRANGERS:
        assert successors(persona) == [None, None]
    assert successors("member") == [f"{SECRET}/1.0.0"] * 2


@pytest.mark.usefixtures("_world")
def test_a_write_tells_nothing_either(cast: Cast) -> None:
    stranger = cast.client("stranger")
    for path in ("", "/versions/1.0.0"):
        answers = [
            stranger.patch(f"/api/v1/apis/{slug}{path}", {"title": "x"}, content_type="application/json")
            for slug in (SECRET, "nothing")
        ]
        assert answers[0].json() == answers[1].json()
    answer = stranger.post("/api/v1/services", {"slug": "mine", "provides": [SECRET]}, content_type="application/json")
    other = stranger.post("/api/v1/services", {"slug": "mine", "provides": ["nope"]}, content_type="application/json")
    assert answer.status_code == other.status_code == 400
    assert answer.json()["errors"][0]["message"].replace(SECRET, "nope") == other.json()["errors"][0]["message"]


def people_in(answer: object) -> set[str]:
    """The owners and authors that an answer of REST names."""
    if isinstance(answer, dict):
        named = {answer[name] for name in ("owner", "created_by") if isinstance(answer.get(name), str)}
        return named.union(*(people_in(value) for value in answer.values()))
    return set().union(*map(people_in, answer)) if isinstance(answer, list) else set()


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize("persona", ["anonymous", "viewer"])
def test_who_owns_and_who_wrote_is_for_who_is_signed_in(cast: Cast, persona: str) -> None:
    client = cast.client(persona)
    knows = persona != "anonymous"
    entries = ("/apis", "/apis/open", "/services", "/services/core")
    for path in (*entries, "/apis/open/versions", "/apis/open/versions/1.0.0"):
        answer = client.get(f"/api/v1{path}")
        assert answer.status_code == 200
        assert bool(people_in(answer.json())) == knows, path
    for path in ("/apis", "/services", "/search"):
        facets = client.get(f"/api/v1{path}?facets=true").json()["facets"]
        assert ("owner" in facets) == knows, path


@pytest.mark.parametrize(
    "asked",
    ["apis?owner=lending", "services?owner=lending", "search?q=owner:lending", "search?q=lending", "search?q=lendi"],
)
def test_nothing_is_found_by_its_owner_by_who_is_not_signed_in(cast: Cast, asked: str) -> None:
    make_api("scores", owner=cast.other_team, title="Scores", visibility="public")
    make_service("scorer", owner=cast.other_team, title="Scorer", visibility="public")
    assert cast.client("viewer").get(f"/api/v1/{asked}").json()["count"] > 0

    answer = cast.client("anonymous").get(f"/api/v1/{asked}&facets=true").json()
    assert (answer["count"], answer["results"], answer["facets"].get("owner")) == (0, [], None)


def test_pages_find_nothing_by_an_owner_either(cast: Cast) -> None:
    make_api("scores", owner=cast.other_team, title="Scores", visibility="public")
    for asked in ("owner=lending", "q=owner:lending", "q=lending"):
        pages = {name: cast.client(name).get(f"/browse/?{asked}").content.decode() for name in ("viewer", "anonymous")}
        assert 'href="/apis/scores/"' in pages["viewer"]
        assert 'href="/apis/scores/"' not in pages["anonymous"]
        assert "Lending" not in pages["anonymous"]
