"""Each command that a running cluster takes."""

import base64

import orjson
import pytest
import yaml

from demo.cluster.cluster import Cluster
from demo.cluster.control import obey
from demo.cluster.kubeconfig import kubeconfig
from demo.cluster.server import Server
from tests.demo.cluster.client import Client
from tests.demo.cluster.manifests import deployment

SERVICES = "/api/v1/services"


def done(server: Server, **command: object) -> object:
    return obey(server, orjson.dumps(command))["done"]


def test_it_says_how_many_replicas_are_ready(server: Server, client: Client) -> None:
    server.cluster.add(deployment("tokens", replicas=3))
    assert done(server, do="ready", kind="Deployment", namespace="cards", name="tokens", replicas=1) == 1
    assert client.get("/apis/apps/v1/namespaces/cards/deployments/tokens").json["status"]["readyReplicas"] == 1
    endpoints = client.get("/api/v1/namespaces/cards/endpoints/tokens").json["subsets"][0]
    assert len(endpoints["addresses"]) == 1


def test_it_installs_and_removes_sets_of_kinds(server: Server, client: Client) -> None:
    routes = "/apis/gateway.networking.k8s.io/v1/httproutes"
    done(server, do="install", set="gateway-api")
    assert client.get(routes).status == 200
    done(server, do="uninstall", set="gateway-api")
    assert client.get(routes).status == 404


def test_it_makes_a_group_unavailable_and_available(server: Server, client: Client) -> None:
    done(server, do="unavailable", group="metrics.k8s.io", version="v1beta1")
    assert client.get("/apis/metrics.k8s.io/v1beta1").status == 503
    done(server, do="available", group="metrics.k8s.io")
    assert client.get("/apis/metrics.k8s.io/v1beta1").status == 404


def test_it_switches_faults_on_and_off(server: Server, client: Client) -> None:
    done(server, do="throttle", times=1, after=2)
    assert client.get(SERVICES).status == 429
    done(server, do="forbid", namespace="cards")
    assert client.get("/api/v1/namespaces/cards/services").status == 403
    done(server, do="permit", namespace="cards")
    assert client.get("/api/v1/namespaces/cards/services").status == 200
    done(server, do="slow", seconds=0.01)
    done(server, do="silence")
    done(server, do="application", namespace="cards", name="tokens", state="refusing")
    faults = server.cluster.faults
    assert (faults.delay_seconds, faults.streams_are_silent) == (0.01, True)
    assert server.cluster.applications.of("cards", "tokens").state == "refusing"
    done(server, do="clear")
    assert (faults.delay_seconds, faults.streams_are_silent) == (0.0, False)


def test_it_cuts_compacts_and_restarts(server: Server, client: Client, cluster: Cluster) -> None:
    before = cluster.store.version
    done(server, do="cut")
    cluster.add(deployment("tokens"))
    done(server, do="compact")
    (error,) = client.watch(f"{SERVICES}?watch=1&resourceVersion={before}")
    assert error["object"]["code"] == 410
    done(server, do="restart", down_seconds=0.05)
    assert client.get(SERVICES).status == 200


@pytest.mark.parametrize("line", [b"", b"[]", b'{"do": "nothing"}', b'{"do": "delete", "kind": "No"}'])
def test_it_says_what_is_wrong_with_a_command(server: Server, line: bytes) -> None:
    assert obey(server, line).keys() == {"error"}


def test_it_keeps_the_latest_requests(server: Server, client: Client) -> None:
    client.get(f"{SERVICES}?limit=1")
    latest = server.requests[-1]
    assert (latest.method, latest.target, latest.status) == ("GET", f"{SERVICES}?limit=1", 200)
    assert latest.user == "system:serviceaccount:portal:portal"


def test_it_writes_kubeconfigs_with_a_certificate_and_a_namespace(server: Server) -> None:
    pair = server.authority.client("olga")
    text = kubeconfig("eu", server.url, server.authority.certificate, certificate=pair, namespace="cards")
    config = yaml.safe_load(text)
    user = config["users"][0]["user"]
    assert user.keys() == {"client-certificate-data", "client-key-data"}
    assert base64.b64decode(user["client-key-data"]) == pair[1]
    assert config["contexts"] == [
        {"name": "eu", "context": {"cluster": "eu", "user": "portal", "namespace": "cards"}},
    ]
    assert config["current-context"] == "eu"
