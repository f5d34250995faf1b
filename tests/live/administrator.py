"""Somebody who may do everything in a cluster, by a kubeconfig: plain requests, objects applied and deleted."""

import base64
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
import yaml

from discovery.connectors.kubernetes.access import Access, tls_context
from discovery.connectors.kubernetes.kubeconfig import access_of

TIMEOUT_SECONDS = 20.0
#: Things that a cluster does by itself, such as deriving the endpoints of a Service or ending a namespace.
PATIENCE_SECONDS = 60.0

Manifest = Mapping[str, Any]

_NEVER_NAMESPACED = ("Namespace", "ClusterRole", "ClusterRoleBinding")
_PLURALS = {"Ingress": "ingresses", "AuthorizationPolicy": "authorizationpolicies"}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Administrator:
    """Sends with the identity of a kubeconfig, or with another token to the same cluster."""

    def __init__(self, kubeconfig: str, token: str | None = None) -> None:
        self._config = yaml.safe_load(kubeconfig)
        access = access_of(kubeconfig.encode(), "")
        self._base = f"https://{access.authority}{access.prefix}"
        self._token = access.read_token() if token is None else token
        context = tls_context(access) if token is None else _anonymous(access)
        self._pool = urllib3.PoolManager(
            ssl_context=context, server_hostname=access.server_name, timeout=TIMEOUT_SECONDS, retries=False
        )

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        reply = self._pool.request(method, self._base + path, body=body, headers=sent, redirect=False)
        return Answer(reply.status, reply.headers, reply.data.decode())

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def apply(self, manifest: Manifest) -> dict[str, Any]:
        """The object is as the manifest says (server-side apply)."""
        body = json.dumps(manifest).encode()
        path = f"{path_of(manifest)}?fieldManager=portico-tests&force=true"
        answer = self.send("PATCH", path, body, Content_Type="application/apply-patch+yaml")
        assert answer.status in (200, 201), answer.text
        return answer.json

    def delete(self, manifest: Manifest) -> None:
        """It goes, or was not there."""
        answer = self.send("DELETE", path_of(manifest))
        assert answer.status in (200, 202, 404), answer.text

    def token(self, namespace: str, account: str) -> str:
        """Of a service account, for an hour."""
        request = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": 3600},
        }
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        answer = self.send("POST", path, json.dumps(request).encode(), Content_Type="application/json")
        assert answer.status == 201, answer.text
        return answer.json["status"]["token"]

    def kubeconfig(self, token: str) -> str:
        """The cluster for somebody else."""
        chosen = access_of(yaml.safe_dump(self._config).encode(), "")
        cluster = {"server": self._base, "tls-server-name": chosen.server_name}
        if chosen.ca:
            cluster["certificate-authority-data"] = _encoded(chosen.ca)
        config = {"apiVersion": "v1", "kind": "Config", "current-context": "test"}
        config["clusters"] = [{"name": "test", "cluster": cluster}]
        config["users"] = [{"name": "reader", "user": {"token": token}}]
        config["contexts"] = [{"name": "test", "context": {"cluster": "test", "user": "reader"}}]
        return yaml.safe_dump(config)

    def serves(self, group_version: str) -> bool:
        return self.get(f"/apis/{group_version}").status == 200


def path_of(manifest: Manifest) -> str:
    """Where the object is, by what the plurals of the kinds in these tests are."""
    api, kind, metadata = manifest["apiVersion"], manifest["kind"], manifest["metadata"]
    plural = _PLURALS.get(kind, f"{kind.lower()}s")
    root = f"/apis/{api}" if "/" in api else f"/api/{api}"
    namespace = "" if kind in _NEVER_NAMESPACED else f"/namespaces/{metadata['namespace']}"
    return f"{root}{namespace}/{plural}/{metadata['name']}"


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def _anonymous(access: Access) -> ssl.SSLContext:
    """Shows no certificate, so that only the token says who asks."""
    return ssl.create_default_context(cadata=access.ca or None)


def _encoded(pem: str) -> str:
    return base64.b64encode(pem.encode()).decode()
