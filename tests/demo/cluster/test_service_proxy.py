"""The way to an application through the API server, and each way in which it fails."""

import time

import pytest

from demo.cluster.access import PROXY
from demo.cluster.applications import Page
from demo.cluster.cluster import Cluster
from demo.cluster.server import Server
from tests.demo.cluster.client import Client
from tests.demo.cluster.manifests import deployment, service

DOCUMENT = b'{"openapi":"3.1.0","info":{"title":"Tokens","version":"1.0.0"},"paths":{}}'


def path(name: str, rest: str = "openapi.json") -> str:
    return f"/api/v1/namespaces/cards/services/{name}/proxy/{rest}"


@pytest.fixture
def proxy(cluster: Cluster, server: Server) -> Client:
    """Reads, and reaches the Services; behind ``tokens`` runs an application."""
    cluster.add(deployment("tokens"))
    cluster.applications.publish("cards", "tokens", "/openapi.json", DOCUMENT, headers={"Set-Cookie": "a=b"})
    token = cluster.reader("gina")
    cluster.access.grant("gina", PROXY)
    return Client(server, token)


@pytest.mark.parametrize("name", ["http:tokens:80", "tokens:80", "tokens:http", ":tokens:http"])
def test_it_passes_the_body_and_headers_of_the_application_on(proxy: Client, name: str) -> None:
    answer = proxy.get(path(name))
    assert (answer.status, answer.text) == (200, DOCUMENT.decode())
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Set-Cookie"] == "a=b"


def test_it_passes_on_what_was_sent_but_the_token(proxy: Client, cluster: Cluster) -> None:
    proxy.get(f"{path('tokens:80')}?a=1", Cookie="session=x", User_Agent="portal/1")
    (received,) = cluster.applications.of("cards", "tokens").received
    names = {name.lower(): value for name, value in received.headers.items()}
    assert "authorization" not in names
    assert (names["cookie"], names["user-agent"], received.query) == ("session=x", "portal/1", "a=1")
    assert names["host"] == proxy.server.url.removeprefix("https://")
    assert names["x-forwarded-uri"] == path("tokens:80")
    assert names["x-forwarded-for"] == "127.0.0.1"


def test_it_refuses_without_permission_whatever_exists(client: Client) -> None:
    refused = client.get(path("http:nothere:80"))
    assert refused.status == 403
    assert refused.json["message"].startswith('services "http:nothere:80" is forbidden: User "')
    assert 'cannot get resource "services/proxy" in API group "" in the namespace "cards"' in refused.json["message"]


def test_it_finds_no_service_that_does_not_exist_or_has_no_endpoints(proxy: Client, cluster: Cluster) -> None:
    alone = service("alone")
    del alone["spec"]["selector"]
    cluster.add(alone)
    for name in ("nothere", "alone"):
        missing = proxy.get(path(f"{name}:80"))
        assert (missing.status, missing.json["kind"]) == (404, "Status")
        assert missing.json["message"] == f'services "{name}" not found'


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tokens:1", 'no service port 1 found for service "tokens"'),
        ("tokens", 'no endpoints available for service "tokens"'),
        ("http:controls:80", 'no endpoints available for service "http:controls:80"'),
        ("https:tokens:80", "error trying to reach service: tls: first record does not look like a TLS handshake"),
    ],
)
def test_it_says_why_it_reaches_nobody(proxy: Client, name: str, message: str) -> None:
    answer = proxy.get(path(name))
    assert (answer.status, answer.json["reason"]) == (503, "ServiceUnavailable")
    assert answer.json["message"] == message


def test_it_reaches_nobody_while_no_replica_is_ready(proxy: Client, cluster: Cluster) -> None:
    cluster.modify("Deployment", "cards", "tokens", lambda body: body["status"].update(readyReplicas=0))
    message = 'no endpoints available for service "tokens:80"'
    assert proxy.get(path("tokens:80")).json["message"] == message


@pytest.mark.parametrize(
    ("state", "message"), [("refusing", "connect: connection refused"), ("resetting", "connection reset by peer")]
)
def test_it_tells_refused_and_reset_connections(proxy: Client, cluster: Cluster, state: str, message: str) -> None:
    cluster.applications.of("cards", "tokens").state = state
    answer = proxy.get(path("tokens:80"))
    assert answer.status == 503
    assert answer.json["message"].startswith("error trying to reach service: ")
    assert answer.json["message"].endswith(message)


def test_it_leaves_the_not_found_of_the_application_as_it_is(proxy: Client) -> None:
    missing = proxy.get(path("tokens:80", "elsewhere"))
    assert (missing.status, missing.json.get("kind")) == (404, None)


def test_it_rewrites_redirects_and_links_of_pages_but_no_json(proxy: Client, cluster: Cluster) -> None:
    pages = cluster.applications.of("cards", "tokens").pages
    pages["/old"] = Page(b"", "text/plain", 302, {"Location": "/openapi.json"})
    pages["/docs"] = Page(b'<a href="/openapi.json">x</a><a href="//cdn.example/">y</a>', "text/html")
    moved = proxy.get(path("tokens:80", "old"))
    assert (moved.status, moved.headers["Location"]) == (302, path("tokens:80"))
    page = proxy.get(path("tokens:80", "docs"))
    assert page.text == f'<a href="{path("tokens:80")}">x</a><a href="//cdn.example/">y</a>'


def test_it_waits_for_a_slow_application_whatever_the_query_says(proxy: Client, cluster: Cluster) -> None:
    cluster.applications.of("cards", "tokens").pages["/slow"] = Page(b"{}", delay_seconds=0.3)
    started = time.monotonic()
    assert proxy.get(f"{path('tokens:80', 'slow')}?timeoutSeconds=0").status == 200
    assert time.monotonic() - started >= 0.3
