"""Who is let in, who may do what, and in which words the others are refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.cluster.access import READ_EVERYTHING, Identity, Rule, service_account
from demo.cluster.cluster import Cluster
from demo.cluster.server import Server
from tests.demo.cluster.client import Client

LIMITED = "system:serviceaccount:cards:portal"
SERVICES = "/api/v1/services"


@pytest.fixture
def limited(server: Server) -> Client:
    """Reads Services and Istio in one namespace, through a service account."""
    rule = Rule(("get", "list", "watch"), ("", "networking.istio.io"), ("services", "virtualservices"))
    server.cluster.access.grant(LIMITED, rule, namespace="cards")
    return Client(server, server.cluster.access.issue(service_account("cards", "portal")))


def test_it_refuses_a_bad_token_with_401_and_no_token_with_403(server: Server) -> None:
    bad, nobody = Client(server, "wrong").get(SERVICES), Client(server).get(SERVICES)
    assert bad.status == 401
    assert bad.json == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "Unauthorized",
        "reason": "Unauthorized",
        "code": 401,
    }
    assert nobody.status == 403
    assert 'User "system:anonymous" cannot list resource "services"' in nobody.json["message"]


def test_it_tells_its_version_to_anybody_and_discovery_only_to_somebody(server: Server, client: Client) -> None:
    nobody = Client(server)
    assert nobody.get("/version").json["gitVersion"] == "v1.36.2"
    assert nobody.get("/apis").status == 403
    assert client.get("/apis").status == 200


def test_it_refuses_the_cluster_scope_to_an_identity_of_one_namespace(limited: Client) -> None:
    refused = limited.get(SERVICES)
    assert refused.status == 403
    assert refused.json == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": f'services is forbidden: User "{LIMITED}" cannot list resource "services" '
        'in API group "" at the cluster scope',
        "reason": "Forbidden",
        "details": {"kind": "services"},
        "code": 403,
    }
    assert limited.get("/api/v1/namespaces/cards/services").names == ["authorisation", "controls", "tokens"]
    assert limited.get("/api/v1/namespaces").status == 403
    watched = limited.get(f"{SERVICES}?watch=1")
    assert (watched.status, "cannot watch resource" in watched.json["message"]) == (403, True)


def test_it_authorises_before_it_looks_what_exists(limited: Client, server: Server) -> None:
    refused = limited.get("/apis/nosuch.io/v1/things")
    assert refused.status == 403
    assert refused.json["message"].startswith(f'things.nosuch.io is forbidden: User "{LIMITED}" cannot list')
    server.cluster.access.grant("root", READ_EVERYTHING)
    everything = Client(server, server.cluster.access.issue(Identity("root")))
    unknown = everything.get("/apis/nosuch.io/v1/things")
    assert (unknown.status, unknown.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert unknown.text == "404 page not found\n"
    known_group = everything.get("/apis/apps/v1/things")
    assert known_group.json == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "the server could not find the requested resource",
        "reason": "NotFound",
        "details": {},
        "code": 404,
    }


def test_it_keeps_secrets_from_a_reader(client: Client) -> None:
    assert client.get("/api/v1/secrets").status == 403


def test_it_knows_a_client_certificate_by_its_name_and_groups(server: Server, tmp_path: Path) -> None:
    server.cluster.access.grant("operators", READ_EVERYTHING)
    file = tmp_path / "client.pem"
    file.write_bytes(b"".join(server.authority.client("olga", "operators")))
    olga = Client(server, certificate=str(file))
    assert olga.get(SERVICES).status == 200
    asked = olga.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {"kind": "SelfSubjectReview"})
    assert asked.json["status"]["userInfo"] == {"username": "olga", "groups": ["operators", "system:authenticated"]}


def test_it_answers_what_one_may_do(limited: Client) -> None:
    def allowed(**attributes: str) -> bool:
        body = {"kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
        reply = limited.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body)
        assert reply.status == 201
        return reply.json["status"]["allowed"]

    assert allowed(verb="list", resource="services", namespace="cards")
    assert not allowed(verb="list", resource="services")
    body = {"kind": "SelfSubjectRulesReview", "spec": {"namespace": "cards"}}
    rules = limited.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body).json["status"]
    assert rules["resourceRules"][-1] == {
        "verbs": ["get", "list", "watch"],
        "apiGroups": ["", "networking.istio.io"],
        "resources": ["services", "virtualservices"],
    }
    assert rules["incomplete"] is False


def test_it_issues_tokens_that_end_with_what_they_are_bound_to(server: Server) -> None:
    cluster = server.cluster
    cluster.access.grant("issuer", Rule(("create",), ("",), ("serviceaccounts/token",)))
    issuer = Client(server, cluster.access.issue(Identity("issuer", ("system:authenticated",))))
    path = "/api/v1/namespaces/cards/serviceaccounts/portal/token"
    assert issuer.post(path, {"spec": {}}).status == 404
    for kind in ("ServiceAccount", "Secret"):
        cluster.add({"apiVersion": "v1", "kind": kind, "metadata": {"name": "portal", "namespace": "cards"}})
    bound = {"boundObjectRef": {"kind": "Secret", "name": "portal"}, "expirationSeconds": 600}
    status = issuer.post(path, {"spec": bound}).json["status"]
    holder = Client(server, status["token"])
    assert holder.get("/apis").status == 200
    cluster.delete("Secret", "cards", "portal")
    assert holder.get("/apis").status == 401


def test_it_refuses_a_token_that_expired_or_was_revoked() -> None:
    moment = [datetime(2026, 5, 1, tzinfo=UTC)]
    cluster = Cluster(now=lambda: moment[0])
    with Server(cluster) as server:
        short = Client(
            server, cluster.access.issue(Identity("x", ("system:authenticated",)), lifetime=timedelta(hours=1))
        )
        assert short.get("/apis").status == 200
        moment[0] += timedelta(hours=2)
        assert short.get("/apis").status == 401
        token = cluster.reader()
        cluster.access.revoke(token)
        assert Client(server, token).get("/apis").status == 401


def test_it_withdraws_what_was_granted(server: Server, limited: Client) -> None:
    assert limited.get("/api/v1/namespaces/cards/services").status == 200
    server.cluster.access.withdraw(LIMITED, namespace="cards")
    assert limited.get("/api/v1/namespaces/cards/services").status == 403


@pytest.mark.parametrize("body", [b"", b"[]", b'{"spec": "x"}'])
def test_it_refuses_a_question_that_it_cannot_read(client: Client, body: bytes) -> None:
    answer = client.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body)
    assert (answer.status, answer.json["reason"]) == (400, "BadRequest")
