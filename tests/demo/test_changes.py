"""`make demo-change`: a step a call, seen in the cluster, and all as it was after the last."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo import bank_clusters
from demo.changes import NotServed, take_next
from demo.cluster.cluster import Cluster
from demo.cluster.control import listen
from demo.cluster.kinds import GATEWAY_API, ISTIO
from demo.cluster.manifests import load
from demo.cluster.server import Server

PRODUCTION = bank_clusters.PRODUCTION


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    """The bank's production cluster, which takes commands though nobody can read it."""
    bank_clusters.ensure_kubeconfig(tmp_path, PRODUCTION.name)
    cluster = Cluster()
    cluster.install(*GATEWAY_API, *ISTIO)
    load(cluster, bank_clusters.FOLDER / "clusters" / PRODUCTION.manifests)
    listen(Server(cluster), bank_clusters.FOLDER.parent / PRODUCTION.control(tmp_path))
    return cluster


def objects(cluster: Cluster) -> dict[tuple[str, ...], dict[str, Any]]:
    found = {}
    for (group, plural), collection in cluster.store.collections.items():
        for key, stored in collection.objects.items():
            body = stored.body()
            for moving in ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"):
                body["metadata"].pop(moving, None)
            body["metadata"].pop("ownerReferences", None)
            body.get("spec", {}).pop("clusterIP", None)
            body.get("spec", {}).pop("clusterIPs", None)
            found[group, plural, *key] = body
    return found


def changed(before: dict, after: dict) -> set[tuple[str, ...]]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def test_each_call_changes_what_it_says_and_the_last_puts_everything_back(cluster: Cluster, tmp_path: Path) -> None:
    first = before = objects(cluster)
    seen: list[set[str]] = []
    change = take_next(tmp_path)
    while change.number < change.of:
        after = objects(cluster)
        seen.append({f"{key[1]}/{key[3]}" for key in changed(before, after) if not key[1].startswith("endpoint")})
        before = after
        change = take_next(tmp_path)

    assert seen == [
        {"services/consents", "deployments/consents"},
        {"deployments/credit-check"},
        {"httproutes/fraud-scoring"},
        {"authorizationpolicies/rates-need-a-token"},
        {"peerauthentications/default"},
        {"services/savings-goals"},
        {"services/dispute-desk", "deployments/dispute-desk"},
    ]
    assert cluster.applications.of("platform", "consents").pages["/openapi.yaml"].body.startswith(b"openapi:")
    assert changed(first, objects(cluster)) == set()
    assert take_next(tmp_path).number == 1


def test_what_is_put_back_unchanged_is_told_to_nobody(cluster: Cluster) -> None:
    version = cluster.store.version
    load(cluster, bank_clusters.FOLDER / "clusters" / PRODUCTION.manifests)
    assert cluster.store.version == version


@pytest.mark.parametrize("is_loaded", [False, True])
def test_it_says_what_to_do_when_no_cluster_runs(tmp_path: Path, is_loaded: bool) -> None:
    if is_loaded:
        bank_clusters.ensure_kubeconfig(tmp_path, PRODUCTION.name)
    with pytest.raises(NotServed, match="make run"):
        take_next(tmp_path)


def test_the_command_tells_what_was_done_and_where_to_look(cluster: Cluster, tmp_path: Path) -> None:
    def call(home: Path) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PORTICO_HOME": str(home), "PORTICO_URL": "https://portal.example/"}
        command = [sys.executable, "-m", "portal.runtime.demo_change"]
        return subprocess.run(
            command, check=False, cwd=bank_clusters.FOLDER.parent, env=environment, capture_output=True, text=True
        )

    done = call(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 of ")
    assert "\nLook at https://portal.example/discovery/inbox/\n" in done.stdout
    refused = call(tmp_path / "elsewhere")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "make run" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
