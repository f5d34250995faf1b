"""What manifests and sources hold of secrets is nowhere afterwards: not in the database, messages, logs or answers."""

import base64
import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalog.models import APIVersion
from common.http.values import Limits, Question
from discovery.connectors.kubernetes import fetching
from discovery.models import DiscoveredService, Run, RunState, Source
from discovery.runs.claim import claim_next
from discovery.runs.engine import execute
from tests.common.http.talking import answer, talking
from tests.discovery.connectors.sources import archive, write
from tests.discovery.fetching.bank import KUBERNETES, fetch, open_bank
from tests.discovery.fetching.bank import row as row_of
from tests.discovery.stored import everything_in, everything_stored
from tests.factories.catalog import make_environment
from tests.factories.rules import make_rule
from tests.factories.scripted import CONNECTORS
from tests.personas import Cast

MANIFESTS = "discovery.connectors.manifests.connector.Manifests"
#: Every planted text holds this, and so does its Base64 form what is searched for in that.
MARK = "hUnTeR"


def plant(where: str) -> str:
    return f"{MARK}.{where}"


def encoded(where: str) -> str:
    """In Base64 from a place where the mark always looks the same."""
    return base64.b64encode(f"{MARK}{where}".encode()).decode()


BASE64_MARK = base64.b64encode(MARK.encode()).decode().rstrip("=")

SERVICE = f"""
apiVersion: v1
kind: Service
metadata:
  name: cards
  namespace: bank
  labels: {{app.kubernetes.io/name: cards, portico.io/owner: payments}}
  annotations:
    portico.io/owner: payments
    kubectl.kubernetes.io/last-applied-configuration: '{{"password": "{plant("applied")}"}}'
    vault.hashicorp.com/agent-inject-token: {plant("annotation")}
spec:
  selector: {{app: cards}}
  ports: [{{port: 80, name: http}}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cards
  namespace: bank
  annotations: {{kubectl.kubernetes.io/last-applied-configuration: "{plant("applied-2")}"}}
spec:
  selector: {{matchLabels: {{app: cards}}}}
  template:
    metadata: {{labels: {{app: cards}}, annotations: {{checksum/secret: {plant("pod-annotation")}}}}}
    spec:
      imagePullSecrets: [{{name: {plant("pull-secret")}}}]
      containers:
        - name: cards
          image: "user:{plant("image")}@registry.example"
          command: ["/bin/cards", "--password={plant("command")}"]
          args: ["--token", "{plant("argument")}"]
          env:
            - {{name: PASSWORD, value: "{plant("environment")}"}}
          livenessProbe:
            httpGet: {{path: "/{plant("probe")}", httpHeaders: [{{name: a, value: {plant("header")}}}]}}
---
apiVersion: v1
kind: Secret
metadata: {{name: cards, namespace: bank, annotations: {{portico.io/title: "{plant("secret-annotation")}"}}}}
stringData: {{password: "{plant("string-data")}"}}
data: {{password: {encoded("data")}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: cards, namespace: bank}}
data: {{application.yaml: "password: {plant("config-map")}"}}
"""

# Each is broken in another way; what is said of it must not quote it.
BROKEN = {
    "alias": f"kind: Secret\npassword: *{plant('alias')}\n",
    "anchor": f"a: &{plant('anchor')} 1\nb: &{plant('anchor')} [\n",
    "tag": f"password: !{plant('tag')} x\n",
    "twice": f"{plant('twice')}: 1\n{plant('twice')}: 2\n",
    "tab": f"kind: Secret\n\tpassword: {plant('tab')}\n",
    "quote": f'password: "{plant("quote")}\n',
    "percent": f"%{plant('percent')}\n---\na: 1\n",
    "escape": f'password: "\\q{plant("escape")}"\n',
    "placeholder": f"kind: Service\nmetadata: {{name: {{{{ {plant('placeholder')} }}}} }}\n",
    "name": f'apiVersion: v1\nkind: Service\nmetadata: {{name: "{plant("name")}"}}\n',
    "host": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\n"
    f'spec: {{rules: [{{host: "{{{{ {plant("host")} }}}}"}}]}}\n',
}

OPENAPI = b'{"openapi": "3.1.0", "info": {"title": "Cards", "version": "1.0.0"}, "paths": {}}'

FILES = {
    "bank/cards.yaml": SERVICE,
    "bank/cards.openapi.json": OPENAPI,
    "values.yaml": f"password: {plant('values')}\n",
    ".env": f"PASSWORD={plant('dotenv')}\n",
    "broken.json": f'{{"kind": "Secret", "data": {{"password": "{plant("json")}"',
    **{f"broken/{name}.yaml": text for name, text in BROKEN.items()},
}


@pytest.fixture
def home(cast: Cast, settings: Any, tmp_path: Path) -> Path:
    """The data folder, with the sources root beside it."""
    make_environment("production")
    settings.PORTICO_HOME = tmp_path / "home"
    settings.PORTICO_HOME.mkdir()
    settings.PORTICO_SOURCES_ROOT = tmp_path / "sources"
    settings.PORTICO_SOURCES_ROOT.mkdir()
    settings.PORTICO_CONNECTORS = (MANIFESTS, *CONNECTORS)
    settings.PORTICO_SECRETS_KEYS = ["a key of this test alone"]
    return settings.PORTICO_HOME


@pytest.fixture
def admin(cast: Cast, home: Path) -> Client:
    return cast.client("administrator")


def run_all() -> None:
    while (claimed := claim_next(timezone.now())) is not None:
        execute(claimed)


def found_in(places: Iterable[tuple[str, bytes]]) -> list[str]:
    pattern = re.compile(f"{MARK}|{re.escape(BASE64_MARK)}".encode(), re.IGNORECASE)
    return [f"{place}: {match[0]!r} {text[match.start() : match.end() + 20]!r}"
            for place, text in places if (match := pattern.search(text))]  # fmt: skip


def pages_of(client: Client, source: str) -> list[tuple[str, bytes]]:
    """Everything that pages and REST say of a source, its runs and what they found."""
    urls = [f"/discovery/sources/{source}/", f"/discovery/sources/{source}/edit/", "/discovery/", "/discovery/inbox/",
            f"/api/v1/sources/{source}", f"/api/v1/sources/{source}/runs", "/api/v1/discovered-services"]  # fmt: skip
    for number in Run.objects.filter(source__name=source).values_list("number", flat=True):
        run = f"sources/{source}/runs/{number}"
        urls += [f"/discovery/{run}/", f"/discovery/{run}/progress/", f"/api/v1/{run}", f"/api/v1/{run}/problems"]
    for one in DiscoveredService.objects.filter(source__name=source):
        urls += [f"/discovery/services/{one.pk}/", f"/api/v1/discovered-services/{one.pk}"]
    answers = [(url, client.get(url)) for url in urls]
    assert {answer.status_code for _, answer in answers} == {200}
    return [(url, answer.content) for url, answer in answers]


@pytest.mark.parametrize("packed", [True, False], ids=["upload", "folder"])
def test_nothing_of_the_secrets_in_manifests_is_kept(
    admin: Client, home: Path, settings: Any, caplog: Any, packed: bool
):
    caplog.set_level(logging.DEBUG)
    make_rule("all", action="publish", owner="payments")
    told: dict[str, Any] = {"name": "prod", "kind": "manifests", "environment": "production"}
    if packed:
        parts = {"upload": SimpleUploadedFile("bank.zip", archive(FILES))}
    else:
        write(settings.PORTICO_SOURCES_ROOT, FILES)
        told["configuration"], parts = {"folder": "."}, {}
    answer = admin.post("/api/v1/sources", {"metadata": orjson.dumps(told).decode(), **parts})
    assert answer.status_code == 201, answer.content
    check = admin.post("/api/v1/sources/prod/check")
    run_all()

    run = Run.objects.get()
    assert (run.state, run.error_code) == (RunState.PARTIAL, "")
    assert run.problem_count >= len(BROKEN) - 2
    assert DiscoveredService.objects.get().standing == "published"
    assert APIVersion.objects.exists()
    assert found_in(everything_stored()) == []
    assert found_in(everything_in(home)) == []
    assert found_in([("log", caplog.text.encode()), ("check", check.content)]) == []
    assert found_in(pages_of(admin, "prod")) == []
    # What is looked for can be found: the files that were read hold it.
    assert found_in((name, str(text).encode()) for name, text in FILES.items())


def test_a_manifest_is_not_taken_for_a_specification(admin: Client, home: Path, settings: Any):
    """Whatever somebody lets ``spec-path`` point at."""
    secrets = {
        "secret.yaml": f"kind: Secret\napiVersion: v1\nstringData: {{a: {plant('yaml')}}}\n",
        "secret.json": f'{{"data": {{"a": "{plant("json")}"}},\n  "kind": "Secret",\n  "apiVersion": "v1"}}',
        "one-line.json": f'{{"stringData": {{"a": "{plant("line")}"}}, "apiVersion": "v1", "kind": "Secret"}}',
        "list.yaml": f"items:\n- data: {{a: {plant('list')}}}\n  kind: Secret\n  apiVersion: v1\nkind: List\n",
        "values.yaml": f"password: {plant('values')}\n",
        "password.txt": plant("text"),
        "id_rsa": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{plant('key')}\n",
        "database.properties": f"openapi.password={plant('properties')}\n",
    }
    service = "apiVersion: v1\nkind: Service\nmetadata: {{name: s{0}, annotations: {{portico.io/spec-path: {1}}}}}\n"
    manifests = [service.format(number, name) for number, name in enumerate(secrets)]
    write(settings.PORTICO_SOURCES_ROOT, {**secrets, "services.yaml": "---\n".join(manifests)})
    told = {"name": "prod", "kind": "manifests", "environment": "production", "configuration": {"folder": "."}}
    assert admin.post("/api/v1/sources", told, content_type="application/json").status_code == 201
    run_all()

    assert DiscoveredService.objects.count() == len(secrets)
    assert found_in(everything_stored()) == []


@pytest.mark.parametrize("failure", ["telling", "mistake", "exit", "none"])
def test_a_sealed_secret_is_nowhere_in_plain_text(admin: Client, home: Path, caplog: Any, failure: str):
    caplog.set_level(logging.DEBUG)
    secret = plant("token")
    steps = [
        {"phase": ["Ask with {token}", 1]},
        {
            "problem": {
                "code": "c-{token}",
                "message": f"{'x' * 1985}401 for {{token}}",
                "place": "https://x/?t={token}",
            }
        },
        {"observe": {"name": "cards", "place": "https://x/?t={token}"}},
        *([{"raise": failure}] if failure != "none" else []),
    ]
    told = {"name": "prod", "kind": "scripted", "environment": "production",
            "configuration": {"steps": failure, "token": secret}}  # fmt: skip
    check = admin.post("/api/v1/sources/check", told, content_type="application/json")
    assert check.status_code == 200, check.content
    added = admin.post("/api/v1/sources", told, content_type="application/json")
    assert added.status_code == 201, added.content
    check_of_stored = admin.post("/api/v1/sources/prod/check")
    Source.objects.filter(name="prod").update(configuration={"steps": steps})
    run_all()
    Source.objects.filter(name="prod").update(configuration={"steps": "a text again, for the form"})

    assert Run.objects.get().state == (RunState.PARTIAL if failure == "none" else RunState.FAILED)
    assert found_in(everything_stored()) == []
    assert found_in(everything_in(home)) == []
    answers = [added.content, check.content, check_of_stored.content]
    assert found_in([("log", caplog.text.encode()), *(("answer", one) for one in answers)]) == []
    assert found_in(pages_of(admin, "prod")) == []


def test_nothing_of_what_fetching_shows_is_anywhere_afterwards(
    cast: Cast, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    settings.PORTICO_CONNECTORS = (KUBERNETES,)
    settings.PORTICO_HOME = tmp_path
    settings.PORTICO_SECRETS_KEYS = ["a key of this test alone"]
    caplog.set_level(logging.DEBUG)
    header, cookie = plant("header"), plant("cookie")
    told = Limits(body_bytes=1_000_000)
    assert header not in repr(Question("http://a.example/", headers={"X-Key": header}, ca=header, limits=told))
    with open_bank(token=plant("token")) as bank, talking(b"") as gateway:
        monkeypatch.setattr(fetching, "get", bank.net.ask)
        # Both servers say back what they were shown.
        gateway.answering = lambda it, head: it.sendall(answer(head, "500 Internal Server Error", X_Echo=header))
        bank.source(
            owner=cast.team,
            secrets={"token": plant("token"), "fetch_headers": f"X-Key: {header}\nAuthorization: Bearer {header}"},
            fetch_base_url=f"http://gateway.example:{gateway.port}/{{name}}",
        )
        for name in ("ledger", "cards"):
            bank.service(name)
        bank.serve("ledger", headers={"Set-Cookie": f"session={cookie}", "ETag": '"1"'})
        bank.see()
        bank.look()
        bank.cluster.access.revoke(plant("token"))
        bank.look()
    assert any(header in head for head in gateway.heard)
    assert fetch("ledger").outcome != fetch("cards").outcome or fetch("ledger").sha256
    client, number = cast.client("administrator"), row_of("ledger").pk
    places = [
        *everything_stored(),
        *everything_in(tmp_path),
        ("log", caplog.text.encode()),
        ("page", client.get(f"/discovery/services/{number}/").content),
        ("rest", client.get(f"/api/v1/discovered-services/{number}").content),
        ("source", client.get("/api/v1/sources/prod").content),
        ("form", client.get("/discovery/sources/prod/edit/").content),
    ]
    assert len(places) > 100
    assert [place for place, text in places if MARK.encode() in text or BASE64_MARK.encode() in text] == []
