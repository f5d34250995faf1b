"""Lists: their two shapes, their pages, and the ways in which a page is refused."""

import gzip
import json

import pytest

from demo.cluster.cluster import Cluster
from demo.cluster.kinds import ISTIO
from demo.cluster.objects import applied
from tests.demo.cluster.client import Client
from tests.demo.cluster.manifests import service, virtual_service

SERVICES = "/api/v1/namespaces/cards/services"
VIRTUAL = "/apis/networking.istio.io/{}/virtualservices"


@pytest.fixture
def istio(cluster: Cluster) -> Cluster:
    cluster.install(*ISTIO)
    for name in ("a", "b"):
        cluster.add(virtual_service(name))
    return cluster


def test_it_lists_built_in_kinds_metadata_first_and_items_without_kind(client: Client) -> None:
    listed = client.get(SERVICES).json
    assert list(listed) == ["kind", "apiVersion", "metadata", "items"]
    assert (listed["kind"], listed["apiVersion"]) == ("ServiceList", "v1")
    assert [sorted(item) for item in listed["items"]] == [["metadata", "spec", "status"]] * 3
    one = client.get(f"{SERVICES}/tokens").json
    assert (one["kind"], one["apiVersion"]) == ("Service", "v1")


def test_it_lists_custom_kinds_items_first_and_metadata_last(client: Client, istio: Cluster) -> None:
    listed = client.get(f"{VIRTUAL.format('v1')}?limit=1").json
    assert list(listed) == ["apiVersion", "items", "kind", "metadata"]
    assert (listed["items"][0]["kind"], listed["items"][0]["apiVersion"]) == (
        "VirtualService",
        "networking.istio.io/v1",
    )
    assert listed["metadata"]["remainingItemCount"] == 1
    assert client.get(f"{VIRTUAL.format('v1')}?continue={listed['metadata']['continue']}").names == ["b"]


def test_it_shows_one_custom_object_under_each_version(client: Client, istio: Cluster) -> None:
    shown = [client.get(VIRTUAL.format(version)).json["items"][0] for version in ("v1", "v1beta1", "v1alpha3")]
    assert [item["apiVersion"].rpartition("/")[2] for item in shown] == ["v1", "v1beta1", "v1alpha3"]
    assert len({(item["metadata"]["uid"], item["metadata"]["resourceVersion"]) for item in shown}) == 1


def test_it_pages_over_one_version_while_things_change(client: Client, cluster: Cluster) -> None:
    first = client.get(f"{SERVICES}?limit=2")
    about = first.json["metadata"]
    assert first.names == ["authorisation", "controls"]
    assert about["continue"].startswith("eyJ2")
    assert about["remainingItemCount"] == 1
    cluster.add(service("zebra"))
    cluster.delete("Service", "cards", "tokens")
    second = client.get(f"{SERVICES}?limit=2&continue={about['continue']}")
    assert second.names == ["tokens"]
    assert second.json["metadata"] == {"resourceVersion": about["resourceVersion"]}
    assert client.get(SERVICES).names == ["authorisation", "controls", "zebra"]


def test_it_answers_an_expired_token_with_a_fresh_one_for_an_inconsistent_rest(
    client: Client, cluster: Cluster
) -> None:
    token = client.get(f"{SERVICES}?limit=2").json["metadata"]["continue"]
    cluster.store.compact()
    assert client.get(f"{SERVICES}?continue={token}").names == ["tokens"]
    cluster.store.expire_tokens()
    cluster.add(service("zebra"))
    expired = client.get(f"{SERVICES}?limit=2&continue={token}")
    assert (expired.status, expired.json["reason"]) == (410, "Expired")
    assert expired.json["message"].startswith("The provided continue parameter is too old to display a consistent list")
    assert client.get(f"{SERVICES}?continue={expired.json['metadata']['continue']}").names == ["tokens", "zebra"]


def test_it_lists_at_an_exact_version_until_it_is_too_old(client: Client, cluster: Cluster) -> None:
    version = client.get(SERVICES).json["metadata"]["resourceVersion"]
    cluster.delete("Service", "cards", "tokens")
    exact = f"{SERVICES}?resourceVersionMatch=Exact&resourceVersion="
    assert client.get(exact + version).names == ["authorisation", "controls", "tokens"]
    old = client.get(f"{exact}1")
    assert (old.status, old.json["message"]) == (410, "The resourceVersion for the provided list is too old.")


def test_it_ignores_a_limit_when_any_version_will_do(client: Client) -> None:
    listed = client.get(f"{SERVICES}?limit=1&resourceVersion=0")
    assert len(listed.names) == 3
    assert "continue" not in listed.json["metadata"]


def test_it_times_out_on_a_version_ahead_of_it(client: Client, cluster: Cluster) -> None:
    ahead = client.get(f"{SERVICES}?resourceVersion=999999999")
    assert (ahead.status, ahead.headers["Retry-After"]) == (504, "1")
    current = cluster.store.version
    assert ahead.json["message"] == f"Timeout: Too large resource version: 999999999, current: {current}"
    assert ahead.json["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"


def test_it_lists_nothing_in_a_namespace_that_does_not_exist(client: Client) -> None:
    nothing = client.get("/api/v1/namespaces/nowhere/services")
    assert (nothing.status, nothing.json["items"]) == (200, [])


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("labelSelector=tier%3Dfront", ["tokens"]),
        ("labelSelector=tier!=front", ["authorisation", "controls"]),
        ("labelSelector=tier+in+(front,back),!missing", ["authorisation", "controls", "tokens"]),
        ("labelSelector=tier+notin+(back)", ["tokens"]),
        ("fieldSelector=metadata.name%3Dcontrols", ["controls"]),
        ("fieldSelector=spec.type!%3DClusterIP", []),
    ],
)
def test_it_selects(client: Client, selector: str, names: list[str]) -> None:
    assert client.get(f"{SERVICES}?{selector}").names == names


def test_it_does_not_count_what_remains_of_a_selection(client: Client) -> None:
    about = client.get(f"{SERVICES}?labelSelector=tier%3Dback&limit=1").json["metadata"]
    assert "continue" in about
    assert "remainingItemCount" not in about


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (f"{SERVICES}?labelSelector=a%3Db%3Dc", 400, "found '=', expected: ',' or 'end of string'"),
        (f"{VIRTUAL.format('v1')}?fieldSelector=spec.hosts%3Dx", 400, "field label not supported: spec.hosts"),
        (f"{SERVICES}?continue=nonsense", 400, "continue key is not valid"),
        (f"{SERVICES}?watch=1&resourceVersion=abc", 500, 'Invalid value: "abc"'),
        (f"{SERVICES}/nothere", 404, 'services "nothere" not found'),
    ],
)
def test_it_refuses_what_it_does_not_understand(
    client: Client, istio: Cluster, path: str, status: int, message: str
) -> None:
    refused = client.get(path)
    assert (refused.status, refused.json["code"]) == (status, status)
    assert message in refused.json["message"]


def test_it_compresses_a_large_list_only_when_asked(client: Client, cluster: Cluster) -> None:
    for number in range(150):
        cluster.add(service(f"many-{number}", "many"))
    path = "/api/v1/namespaces/many/services"
    plain = client.raw(path)
    small = client.raw(path, Accept_Encoding="gzip")
    body = plain.read()
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    packed = small.read()
    assert gzip.decompress(packed) == body
    assert len(packed) * 8 < len(body)
    assert "Content-Encoding" not in client.raw(f"{path}?limit=1", Accept_Encoding="gzip").headers


def test_it_writes_managed_fields_and_keeps_the_applied_manifest(client: Client, cluster: Cluster) -> None:
    cluster.add(applied(service("applied", "cards", tier="front")))
    shown = client.get(f"{SERVICES}/applied")
    metadata = shown.json["metadata"]
    managed = json.dumps(metadata["managedFields"], separators=(",", ":"))
    assert 0.28 < len(managed) / len(shown.text) < 0.5
    last = json.loads(metadata["annotations"]["kubectl.kubernetes.io/last-applied-configuration"])
    assert last["spec"]["selector"] == {"app": "applied"}


def test_it_keeps_the_uid_of_a_changed_object_and_draws_one_for_a_recreated_one(cluster: Cluster) -> None:
    first = cluster.store.get("", "services", "cards", "tokens").body()["metadata"]
    changed = cluster.add(service("tokens"))["metadata"]
    assert changed["uid"] == first["uid"]
    assert int(changed["resourceVersion"]) > int(first["resourceVersion"])
    cluster.delete("Service", "cards", "tokens")
    assert cluster.add(service("tokens"))["metadata"]["uid"] != first["uid"]


def test_it_warns_of_what_is_deprecated(client: Client) -> None:
    assert client.get("/api/v1/endpoints").headers["Warning"] == (
        '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'
    )


def test_it_lists_metadata_alone_with_managed_fields_still_in_it(client: Client) -> None:
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    listed = client.get(SERVICES, Accept=accept).json
    assert listed["kind"] == "PartialObjectMetadataList"
    assert [sorted(item) for item in listed["items"]] == [["apiVersion", "kind", "metadata"]] * 3
    assert "managedFields" in listed["items"][0]["metadata"]


def test_it_takes_no_writes_from_outside(client: Client) -> None:
    assert client.send("DELETE", f"{SERVICES}/tokens").status == 403
