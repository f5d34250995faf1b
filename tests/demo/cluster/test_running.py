"""The cluster as a process of its own: what it writes, and what it is told."""

import ssl
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3
import yaml

from demo.cluster.control import tell
from tests.demo.processes import ROOT, running


@contextmanager
def running_production(folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "demo.cluster", "--port", "0", "--manifests", "demo/clusters/production"]
    command += ["--kubeconfig", str(folder / "kubeconfig"), "--control", str(folder / "control"), "--grant-proxy"]
    command += ["--specifications", "demo/specifications", "--name", "production"]
    command += ["--admin-kubeconfig", str(folder / "admin")]
    with running(command, folder / "control"):
        yield


def get(config: dict, path: str) -> urllib3.BaseHTTPResponse:
    shown = config["clusters"][0]["cluster"]
    context = ssl.create_default_context(cadata=b64decode(shown["certificate-authority-data"]).decode())
    headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}"}
    return urllib3.PoolManager(ssl_context=context).request("GET", shown["server"] + path, headers=headers)


def services(config: dict) -> dict[str, dict]:
    items = get(config, "/api/v1/services").json()["items"]
    return {item["metadata"]["name"]: item["metadata"] for item in items}


def test_it_serves_a_folder_obeys_commands_and_is_the_same_cluster_when_started_again(tmp_path: Path) -> None:
    control = tmp_path / "control"
    with running_production(tmp_path):
        config = yaml.safe_load((tmp_path / "kubeconfig").read_text())
        assert (tmp_path / "kubeconfig").stat().st_mode & 0o777 == 0o600
        first = services(config)
        assert "card-authorisation" in first
        document = get(config, "/api/v1/namespaces/cards/services/card-authorisation:80/proxy/openapi.yaml")
        assert document.data == (ROOT / "demo/specifications/card-authorisation-4.1.0.yaml").read_bytes()

        # One application serves what it was before.
        served = get(config, "/api/v1/namespaces/personal/services/kyc:80/proxy/kyc.openapi.yaml").data
        assert served == (ROOT / "demo/specifications/kyc-3.1.0.yaml").read_bytes()

        metadata = {"name": "newcomer", "namespace": "cards"}
        manifest = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}]}}
        assert tell(control, do="apply", manifest=manifest)
        assert "newcomer" in services(config)
        assert tell(control, do="delete", kind="Service", namespace="cards", name="newcomer") is True
        tell(control, do="forbid", namespace="", resource="services")
        assert get(config, "/api/v1/services").status == 403
        tell(control, do="clear")
        tell(control, do="restart")
        assert services(config).keys() == first.keys()
        assert "restart" in tell(control, do="help")
        assert get(config, "/api/v1/secrets").status == 403
        assert (tmp_path / "admin").stat().st_mode & 0o777 == 0o600
        assert get(yaml.safe_load((tmp_path / "admin").read_text()), "/api/v1/secrets").status == 200
        with pytest.raises(ValueError, match="nothing-known"):
            tell(control, do="nothing-known")
    with running_production(tmp_path):
        again = yaml.safe_load((tmp_path / "kubeconfig").read_text())
        assert again["users"] == config["users"]
        authority = "certificate-authority-data"
        assert again["clusters"][0]["cluster"][authority] == config["clusters"][0]["cluster"][authority]
        second = services(again)
    for name in first.keys() - {"kubernetes"}:
        assert second[name]["uid"] == first[name]["uid"]
        assert int(second[name]["resourceVersion"]) >= int(first[name]["resourceVersion"])
