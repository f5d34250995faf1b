"""Writes through the API, and the rights that RBAC objects give."""

import json
from typing import Any

import pytest

from demo.cluster.cluster import Cluster
from demo.cluster.kinds import ISTIO
from demo.cluster.server import Server
from tests.demo.cluster.client import Client
from tests.demo.cluster.manifests import deployment, service

SERVICES = "/api/v1/namespaces/cards/services"
RBAC = "/apis/rbac.authorization.k8s.io/v1"


@pytest.fixture
def admin(server: Server) -> Client:
    return Client(server, server.cluster.administrator())


def send(client: Client, method: str, path: str, body: dict[str, Any], kind: str = "application/json") -> Any:
    return client.send(method, path, json.dumps(body).encode(), Content_Type=kind)


def test_it_creates_an_object_once(admin: Client) -> None:
    made = send(admin, "POST", SERVICES, service("newcomer", "cards"))
    assert (made.status, made.json["kind"], made.json["metadata"]["namespace"]) == (201, "Service", "cards")
    again = send(admin, "POST", SERVICES, service("newcomer", "cards"))
    assert (again.status, again.json["reason"]) == (409, "AlreadyExists")
    assert again.json["message"] == 'services "newcomer" already exists'
    elsewhere = send(admin, "POST", "/api/v1/namespaces/nowhere/services", service("newcomer", "nowhere"))
    assert (elsewhere.status, elsewhere.json["message"]) == (404, 'namespaces "nowhere" not found')


def test_it_replaces_what_nobody_else_has_written_since(admin: Client) -> None:
    known = admin.get(f"{SERVICES}/controls").json
    known["spec"]["ports"] = [{"name": "http", "port": 81}]
    assert send(admin, "PUT", f"{SERVICES}/controls", known).json["spec"]["ports"][0]["port"] == 81
    late = send(admin, "PUT", f"{SERVICES}/controls", known)
    assert (late.status, late.json["reason"]) == (409, "Conflict")
    assert send(admin, "PUT", f"{SERVICES}/nothing", service("nothing", "cards")).status == 404


def test_it_applies_and_merges(admin: Client) -> None:
    apply, merge = "application/apply-patch+yaml", "application/merge-patch+json"
    statuses = [send(admin, "PATCH", f"{SERVICES}/fresh", service("fresh", "cards"), apply).status for _ in range(2)]
    assert statuses == [201, 200]
    labelled = send(admin, "PATCH", f"{SERVICES}/fresh", {"metadata": {"labels": {"tier": "x", "app": None}}}, merge)
    labels = labelled.json["metadata"]["labels"]
    assert labels["tier"] == "x"
    assert "app" not in labels
    assert send(admin, "PATCH", f"{SERVICES}/fresh", {}, "text/plain").status == 415


def test_it_deletes_with_what_is_inside(admin: Client, cluster: Cluster) -> None:
    gone = admin.send("DELETE", f"{SERVICES}/tokens")
    assert (gone.status, gone.json["status"], gone.json["details"]["kind"]) == (200, "Success", "services")
    assert admin.send("DELETE", f"{SERVICES}/tokens").status == 404
    assert admin.send("DELETE", "/api/v1/namespaces/cards").status == 200
    assert admin.get(SERVICES).names == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", SERVICES, b"{", 400),
        ("POST", SERVICES, b"[]", 400),
        ("POST", SERVICES, b"{}", 422),
        ("POST", SERVICES, b'{"metadata":{"name":"a","namespace":"personal"}}', 400),
        ("PUT", f"{SERVICES}/controls", b'{"metadata":{"name":"other"}}', 400),
        ("POST", f"{SERVICES}/controls", b"{}", 405),
        ("DELETE", SERVICES, b"", 405),
    ],
)
def test_it_refuses_what_it_does_not_understand(
    admin: Client, method: str, path: str, body: bytes, status: int
) -> None:
    assert admin.send(method, path, body, Content_Type="application/json").status == status


def test_it_refuses_writes_of_readers_before_it_looks(client: Client) -> None:
    refused = send(client, "POST", SERVICES, service("newcomer", "cards"))
    assert refused.status == 403
    assert 'cannot create resource "services" in API group "" in the namespace "cards"' in refused.json["message"]
    assert client.send("DELETE", f"{SERVICES}/tokens").status == 403


def test_a_write_that_changes_nothing_is_told_to_nobody(admin: Client, cluster: Cluster) -> None:
    version = cluster.store.version
    assert send(admin, "PUT", f"{SERVICES}/tokens", admin.get(f"{SERVICES}/tokens").json).status == 200
    assert cluster.store.version == version


def role(kind: str, name: str, **metadata: str) -> dict[str, Any]:
    rules = [{"apiGroups": [""], "resources": ["services"], "verbs": ["list", "watch"]}]
    about = {"name": name, **metadata}
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": about, "rules": rules}


def binding(kind: str, to: str, **metadata: str) -> dict[str, Any]:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": to, "name": "reader"}
    subject = {"kind": "ServiceAccount", "name": "portico", "namespace": "cards"}
    about = {"name": "reader", **metadata}
    shown = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": about}
    return shown | {"roleRef": reference, "subjects": [subject]}


@pytest.fixture
def account(server: Server, cluster: Cluster) -> Client:
    """A service account nobody has given any right yet."""
    about = {"name": "portico", "namespace": "cards"}
    cluster.add({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about})
    admin = Client(server, cluster.administrator())
    answer = admin.post("/api/v1/namespaces/cards/serviceaccounts/portico/token", {"kind": "TokenRequest", "spec": {}})
    return Client(server, answer.json["status"]["token"])


def test_a_bound_cluster_role_gives_its_rights_everywhere_and_until_it_goes(
    account: Client, admin: Client, cluster: Cluster
) -> None:
    assert account.get("/api/v1/services").status == 403
    send(admin, "POST", f"{RBAC}/clusterroles", role("ClusterRole", "reader"))
    send(admin, "POST", f"{RBAC}/clusterrolebindings", binding("ClusterRoleBinding", "ClusterRole"))
    assert account.get("/api/v1/services").status == 200
    assert account.get("/apis/apps/v1/deployments").status == 403
    question = {"kind": "SelfSubjectRulesReview", "spec": {"namespace": "cards"}}
    rules = account.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", question).json["status"]
    assert {"verbs": ["list", "watch"], "apiGroups": [""], "resources": ["services"]} in rules["resourceRules"]
    admin.send("DELETE", f"{RBAC}/clusterrolebindings/reader")
    assert account.get("/api/v1/services").status == 403


@pytest.mark.parametrize("to", ["Role", "ClusterRole"])
def test_a_role_binding_gives_rights_in_its_namespace_only(
    account: Client, admin: Client, cluster: Cluster, to: str
) -> None:
    cluster.add(role(to, "reader", **({"namespace": "cards"} if to == "Role" else {})))
    cluster.add(binding("RoleBinding", to, namespace="cards"))
    assert account.get(SERVICES).status == 200
    assert account.get("/api/v1/services").status == 403
    assert account.get("/api/v1/namespaces/personal/services").status == 403
    cluster.delete("Namespace", "", "cards")
    assert account.get(SERVICES).status == 401


def test_endpoints_follow_a_workload_whose_pods_are_labelled_anew(cluster: Cluster, client: Client) -> None:
    cluster.install(*ISTIO)
    cluster.add(deployment("tokens", replicas=2))
    endpoints = "/api/v1/namespaces/cards/endpoints/tokens"
    assert client.get(endpoints).json["subsets"]
    other = deployment("tokens", replicas=2)
    other["spec"]["template"]["metadata"]["labels"] = {"app": "another"}
    cluster.add(other)
    assert client.get(endpoints).json["subsets"] == []
