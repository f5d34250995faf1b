"""How a cluster is reached: what a kubeconfig may hold, and what is shown to whom."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from demo.cluster.certificates import Authority
from discovery.connectors.base import ConnectorError, Misconfigured, Observation, Refused
from discovery.connectors.kubernetes import config
from discovery.connectors.kubernetes.connector import Kubernetes
from discovery.connectors.kubernetes.kubeconfig import access_of
from tests.clusters import TOKEN, Cluster, serving
from tests.discovery.connectors.clusters import surroundings


def kubeconfig(cluster: dict[str, Any], user: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "other", "cluster": {}}, {"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}, {"name": "runs", "user": {"exec": {"command": "touch"}}}],
        "contexts": [
            {"name": "prod", "context": {"cluster": "c", "user": "u"}},
            {"name": "risky", "context": {"cluster": "c", "user": "runs"}},
        ],
        "current-context": "prod",
    }


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def access(cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None, context: str = "") -> Any:
    whole = kubeconfig({"server": "https://api:6443", **(cluster or {})}, {"token": "t0ken", **(user or {})})
    return access_of(json.dumps(whole).encode(), context)


def read(path: Path, **more: Any) -> list[Observation]:
    seen = Kubernetes().observe(surroundings({"kubeconfig": str(path), **more}))
    return [one for one in seen if isinstance(one, Observation)]


def write(path: Path, value: dict[str, Any]) -> Path:
    file = path / "kubeconfig.yaml"
    file.write_text(json.dumps(value))
    return file


@pytest.fixture
def cluster() -> Any:
    with serving(Cluster()) as made:
        made.add_service("payments")
        yield made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("exec", {"command": "touch", "args": ["/tmp/planted"]}),
        ("auth-provider", {"name": "gcp"}),
        ("tokenFile", "/etc/passwd"),
        ("client-certificate", "/etc/passwd"),
        ("client-key", "/etc/passwd"),
        ("as", "root"),
        ("as-groups", ["system:masters"]),
        ("as-uid", "0"),
        ("as-user-extra", {"a": ["b"]}),
        ("username", "admin"),
        ("password", "planted"),
    ],
)
def test_it_refuses_what_a_user_may_not_have_with_its_place(field: str, value: Any):
    with pytest.raises(Misconfigured) as caught:
        access(user={field: value})
    assert caught.value.message == f"users[0].user.{field} is not accepted."
    assert caught.value.hint.endswith(".")
    assert "planted" not in f"{caught.value.message}{caught.value.hint}"


@pytest.mark.parametrize(
    ("field", "value"),
    [("certificate-authority", "/ca.pem"), ("insecure-skip-tls-verify", True), ("proxy-url", "http://proxy:3128")],
)
def test_it_refuses_what_a_cluster_may_not_have_with_its_place(field: str, value: Any):
    with pytest.raises(Misconfigured, match=rf"clusters\[1\]\.cluster\.{field} is not accepted"):
        access(cluster={field: value})


def test_it_says_when_there_is_no_context_at_all():
    with pytest.raises(Misconfigured, match="has no context") as refused:
        access_of(b"kind: Config\ncontexts: []\ncurrent-context: gone\n", "")
    assert "whole" in refused.value.hint


def test_it_looks_at_the_chosen_context_only():
    assert access(cluster={"insecure-skip-tls-verify": False, "proxy-url": ""}).read_token() == "t0ken"
    with pytest.raises(Misconfigured, match=r"users\[1\]\.user\.exec"):
        access(context="risky")
    with pytest.raises(Misconfigured, match="no context of that name"):
        access(context="else")


@pytest.mark.parametrize(
    "server",
    [
        "http://api:6443",
        "api:6443",
        "https://",
        "https://user:pw@api",
        "https://api/?x=1",
        "https://api/a b",
        "https://api:99999",
        "https://[::1",
        "file:///etc/passwd",
    ],
)
def test_it_refuses_what_is_no_address_of_an_api_server(server: str):
    with pytest.raises(Misconfigured, match="server"):
        access(cluster={"server": server})


@pytest.mark.parametrize(
    "content",
    [b"", b"planted: [", b"- planted", b"kind: Secret\nplanted: 1", b"a: &a [*a]", b"kind: Config", b"--- 1\n--- 2"],
)
def test_it_refuses_a_file_that_is_no_kubeconfig_and_quotes_nothing(content: bytes):
    with pytest.raises(Misconfigured) as caught:
        access_of(content, "")
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("token", ["a b", "a\r\nX-Other: 1", "ü", "x" * 20_000])
def test_it_refuses_a_token_that_no_header_carries(token: str):
    with pytest.raises(Misconfigured, match=r"users\[0\]\.user\.token is not a token"):
        access(user={"token": token})


def test_it_shows_no_secret_when_it_is_printed():
    key = in_base64("planted-key")
    made = access(
        user={"client-certificate-data": in_base64("planted-cert"), "client-key-data": key, "token": "planted"}
    )
    assert "planted" not in repr(made)


def test_it_reads_with_a_token_of_a_kubeconfig(cluster: Cluster, tmp_path: Path):
    entry = {"server": cluster.server, "certificate-authority-data": in_base64(cluster.ca)}
    assert [one.name for one in read(write(tmp_path, kubeconfig(entry, {"token": TOKEN})))] == ["payments"]


def test_it_shows_a_client_certificate_and_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with serving(Cluster()) as cluster:
        cluster.add_service("payments")
        cluster.served.reader("portico")
        shown, key = (part.decode() for part in cluster.authority.client("portico"))
        entry = {"server": cluster.server, "certificate-authority-data": in_base64(cluster.ca)}
        user = {"client-certificate-data": in_base64(shown), "client-key-data": in_base64(key)}
        assert [one.name for one in read(write(tmp_path, kubeconfig(entry, user)))] == ["payments"]
        assert [path.name for path in tmp_path.iterdir()] == ["kubeconfig.yaml"]


def test_it_verifies_the_name_in_tls_server_name(tmp_path: Path):
    with serving(Cluster(host="api.bank.example")) as cluster:
        cluster.add_service("payments")
        entry = {"server": cluster.server, "certificate-authority-data": in_base64(cluster.ca)}
        with pytest.raises(Misconfigured, match="does not verify"):
            read(write(tmp_path, kubeconfig(entry, {"token": TOKEN})))
        entry["tls-server-name"] = "api.bank.example"
        assert read(write(tmp_path, kubeconfig(entry, {"token": TOKEN})))
        assert not any(TOKEN in path for path in cluster.paths())


def test_it_sends_nothing_to_a_server_that_does_not_verify(cluster: Cluster):
    other = Authority().certificate.decode()
    with pytest.raises(Misconfigured, match="does not verify"):
        list(Kubernetes().observe(surroundings(cluster.configuration(ca=other.splitlines()))))
    assert cluster.paths() == []


def test_it_does_not_ask_proxies_of_the_environment(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert list(Kubernetes().observe(surroundings(cluster.configuration())))


def test_it_never_calls_a_metadata_address():
    with pytest.raises(Misconfigured, match="never called"):
        list(Kubernetes().observe(surroundings({"server": "https://169.254.169.254", "token": "t"})))


@pytest.mark.parametrize(
    "given", [{}, {"server": "https://a", "in_cluster": True}, {"kubeconfig": "/a", "server": "b"}]
)
def test_it_wants_exactly_one_way_in(given: dict[str, Any]):
    with pytest.raises(Misconfigured, match="not clear which cluster"):
        Kubernetes().check(surroundings(given))


@pytest.fixture
def mount(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pod's service account of that cluster."""
    monkeypatch.setattr(config, "MOUNT", tmp_path)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(cluster.port))
    (tmp_path / "ca.crt").write_text(cluster.ca)
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    return tmp_path


def test_it_goes_on_with_the_new_token_of_a_mounted_account(cluster: Cluster, mount: Path):
    looking = Kubernetes().observe(surroundings({"in_cluster": True}))
    next(looking)
    next(looking)
    cluster.token = "rotated"
    (mount / "token").write_text("rotated")
    assert any(isinstance(one, Observation) for one in looking)


def test_it_reads_a_mounted_token_again_when_it_is_refused(cluster: Cluster, mount: Path):
    cluster.prepare("/apis", 401)
    assert any(isinstance(one, Observation) for one in Kubernetes().observe(surroundings({"in_cluster": True})))
    (mount / "token").write_text("revoked")
    with pytest.raises(Refused, match="does not accept the credentials"):
        list(Kubernetes().observe(surroundings({"in_cluster": True})))


def test_it_says_when_there_is_no_mounted_account(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(ConnectorError, match="does not run in a pod"):
        Kubernetes().check(surroundings({"in_cluster": True}))
