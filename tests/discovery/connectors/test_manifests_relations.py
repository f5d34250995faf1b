"""What belongs together, and that nothing depends on the order in which it was read."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery.connectors.base import Endpoint, Exposure, Workload
from discovery.connectors.objects.claims import as_slug
from tests.discovery.connectors.sources import PAYLOADS, Run, opened, run_files, service


def deployment(name: str = "cards", selector: str = "matchLabels: {app: cards}", labels: str = "app: cards") -> str:
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  selector: {{{selector}}}\n"
        f"  template: {{metadata: {{labels: {{{labels}}}}}, spec: {{containers: [{{image: 'x:1'}}]}}}}\n"
    )


def ingress(*rules: str, spec: str = "") -> str:
    backend = "backend: {service: {name: cards}}"
    written = "".join(f"    - {rule.replace('BACKEND', backend)}\n" for rule in rules)
    head = "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: front}\nspec:\n"
    return head + (f"  {spec}\n" if spec else "") + (f"  rules:\n{written}" if rules else "")


SELECTORS = {
    "matchLabels: {app: cards}": True,
    "matchLabels: {app: cards, tier: backend}": True,
    "matchLabels: {app: other}": False,
    "matchLabels: {app: cards, missing: x}": False,
    "": True,
    "matchExpressions: [{key: app, operator: In, values: [cards, x]}]": True,
    "matchExpressions: [{key: app, operator: In, values: [x]}]": False,
    "matchExpressions: [{key: app, operator: NotIn, values: [x]}]": True,
    "matchExpressions: [{key: app, operator: NotIn, values: [cards]}]": False,
    "matchExpressions: [{key: missing, operator: NotIn, values: [cards]}]": True,
    "matchExpressions: [{key: tier, operator: Exists}]": True,
    "matchExpressions: [{key: missing, operator: Exists}]": False,
    "matchExpressions: [{key: missing, operator: DoesNotExist}]": True,
    "matchExpressions: [{key: tier, operator: DoesNotExist}]": False,
    "matchExpressions: [{key: tier, operator: Unknown}]": False,
    "matchExpressions: [{key: [1], operator: Exists}]": False,
    "matchLabels: {app: cards}, matchExpressions: [{key: app, operator: In, values: [x]}]": False,
}


@pytest.mark.parametrize("selector", SELECTORS)
def test_the_selector_of_a_workload_decides_whether_its_pods_are_its_own(tmp_path: Path, selector: str):
    text = service(spec="selector: {app: cards}") + deployment(selector=selector, labels="app: cards, tier: backend")
    run = run_files(tmp_path, {"all.yaml": text})
    is_behind = SELECTORS[selector]
    assert run.services["cards"].workloads == ((Workload("Deployment", "cards", "1"),) if is_behind else ())
    assert run.codes == ([] if is_behind else ["selector-mismatch"])
    assert run.is_complete


@pytest.mark.parametrize(
    ("selector", "is_behind"),
    [("app: cards", True), ("app: cards, tier: backend", True), ("app: cards, tier: x", False), ("", False)],
)
def test_the_selector_of_a_service_must_match_in_full(tmp_path: Path, selector: str, is_behind: bool):
    text = service(spec=f"selector: {{{selector}}}") + deployment(labels="app: cards, tier: backend")
    assert bool(run_files(tmp_path, {"all.yaml": text}).services["cards"].workloads) == is_behind


def test_a_service_knows_each_of_its_workloads_and_a_version_only_if_it_is_one(tmp_path: Path):
    text = service(spec="selector: {app: cards}") + deployment("b") + deployment("a").replace("x:1", "x:2")
    seen = run_files(tmp_path, {"all.yaml": text}).services["cards"]
    assert seen.workloads == (Workload("Deployment", "a", "2"), Workload("Deployment", "b", "1"))
    assert seen.version == ""


IMAGES = {
    "cards:1.2": "1.2",
    "registry:5000/cards": "",
    "registry:5000/cards:1.2": "1.2",
    "cards@sha256:00": "",
    "cards:1.2@sha256:00": "1.2",
    "cards:latest": "",
    "cards": "",
    "cards:bad tag": "",
}


@pytest.mark.parametrize("image", IMAGES)
def test_the_tag_of_the_image_is_the_version(tmp_path: Path, image: str):
    text = service(spec="selector: {app: cards}") + deployment().replace("'x:1'", f"'{image}'")
    assert run_files(tmp_path, {"all.yaml": text}).services["cards"].version == IMAGES[image]


TLS = {
    "a.bank.example": [("tls: [{hosts: [a.bank.example]}]", True), ("tls: [{hosts: [b.bank.example]}]", False)],
    "b.bank.example": [("tls: [{hosts: ['*.bank.example']}]", True), ("tls: [{secretName: x}]", True)],
    "a.b.bank.example": [("tls: [{hosts: ['*.bank.example']}]", False), ("", False)],
    "'*.bank.example'": [("tls: [{hosts: ['*.bank.example']}]", True), ("tls: [{hosts: [a.bank.example]}]", False)],
    "bank.example": [("tls: [{hosts: ['*.bank.example']}]", False)],
}


@pytest.mark.parametrize(("host", "spec", "tls"), [(host, *case) for host, cases in TLS.items() for case in cases])
def test_a_certificate_counts_for_the_hosts_it_names(tmp_path: Path, host: str, spec: str, tls: bool):
    rule = f"{{host: {host}, http: {{paths: [{{path: /v1, BACKEND}}]}}}}"
    run = run_files(tmp_path, {"all.yaml": service() + ingress(rule, spec=spec)})
    endpoint = Endpoint(host.strip("'"), "/v1", tls, "Ingress front")
    assert opened(run.services["cards"]) == Exposure("internet", (endpoint,))


def test_an_ingress_in_another_namespace_opens_nothing(tmp_path: Path):
    text = service(namespace="cards") + ingress("{host: a.example, http: {paths: [{path: /, BACKEND}]}}")
    assert opened(run_files(tmp_path, {"all.yaml": text}).services["cards"]) == Exposure("inside")


def test_a_rule_without_paths_goes_to_the_default_backend(tmp_path: Path):
    text = service() + ingress("{host: a.example}", spec="defaultBackend: {service: {name: cards}}")
    exposure = opened(run_files(tmp_path, {"all.yaml": text}).services["cards"])
    assert [endpoint.host for endpoint in exposure.endpoints] == ["*", "a.example"]


def test_a_service_declared_twice_alike_is_one_and_no_problem(tmp_path: Path):
    run = run_files(tmp_path, {"a.yaml": service(), "b.yaml": f"# again\n{service()}"})
    assert run.problems == []
    assert run.services["cards"].place == "a.yaml"


def test_a_service_declared_twice_with_other_contents_is_told_with_both_places(tmp_path: Path):
    other = service(spec="ports: [{port: 8080}]")
    run = run_files(tmp_path, {"b.yaml": service(), "a.yaml": f"x: 1\n---\n{other}"})
    (problem,) = run.problems
    assert (problem.code, problem.severity) == ("declared-twice", "warning")
    assert "a.yaml, document 2, line 3" in problem.message
    assert "b.yaml, document 1, line 1" in problem.message
    assert [port.number for port in run.services["cards"].ports] == [8080]
    assert run.is_complete


def test_the_default_namespace_can_be_chosen(tmp_path: Path):
    run = run_files(tmp_path, {"a.yaml": service()}, namespace="cards")
    assert run.services["cards"].key == "bank-staging/cards/Service/cards"


IDENTITIES = {
    "": None,
    "labels: {app: cards}": None,
    "labels: {app.kubernetes.io/name: cards}": "cards",
    "labels: {app.kubernetes.io/name: cards, app.kubernetes.io/instance: cards}": "cards",
    "labels: {app.kubernetes.io/name: cards, app.kubernetes.io/instance: eu}": "cards/eu",
    "labels: {app.kubernetes.io/instance: eu}": None,
    "labels: {app.kubernetes.io/name: cards, backstage.io/kubernetes-id: bank-cards}": "bank-cards",
    "labels: {app.kubernetes.io/name: cards}, annotations: {backstage.io/kubernetes-id: cards-id}": "cards-id",
}


@pytest.mark.parametrize("metadata", IDENTITIES)
def test_what_names_the_software_stays_when_the_service_is_renamed_or_moved(tmp_path: Path, metadata: str):
    files = {"a.yaml": service("cards", "one", more=metadata), "b.yaml": service("cards-v2", "two", more=metadata)}
    assert {seen.identity for seen in run_files(tmp_path, files).services.values()} == {IDENTITIES[metadata]}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("cards", "cards"),
        ("Retail Banking", "retail-banking"),
        ("group:default/cards", "cards"),
        ("group:cards", "cards"),
        (" Über Team ", "ber-team"),
        ("a" * 200, "a" * 100),
        ("--", ""),
        ("a.b_c", "a.b_c"),
    ],
)
def test_a_text_means_a_slug(text: str, slug: str):
    assert as_slug(text) == slug


BANK = sorted(path for path in (PAYLOADS / "bank").rglob("*.y*ml") if "openapi" not in path.name)
DOCUMENTS = [document for path in BANK for document in path.read_text().split("\n---\n")]


def said_of(run: Run) -> dict[str, object]:
    """Everything but the file that a service stands in and what lies beside it."""
    return {
        seen.key: (seen.labels, seen.ports, seen.workloads, seen.exposure, seen.claims, seen.version)
        for seen in run.services.values()
    }


@given(order=st.permutations(DOCUMENTS), cuts=st.sets(st.integers(0, len(DOCUMENTS)), max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_files_and_documents_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], cuts: set[int]
):
    bounds = sorted({0, *cuts, len(order)})
    files = {f"{number}.yaml": "\n---\n".join(order[start:end]) for number, (start, end) in enumerate(pairwise(bounds))}
    shuffled = run_files(tmp_path_factory.mktemp("shuffled"), files)
    straight = run_files(tmp_path_factory.mktemp("straight"), {"all.yaml": "\n---\n".join(DOCUMENTS)})
    assert said_of(shuffled) == said_of(straight)
    assert shuffled.problems == straight.problems == []


def test_no_text_turns_the_direction_of_what_follows_it(tmp_path: Path):
    turned = {"title": "Cards \u202egnp.exe", "description": "One\n\u2066two", "owner": "pay\u200fments"}
    said = ", ".join(f'portico.io/{name}: "{text}"' for name, text in turned.items())
    found = run_files(tmp_path, {"all.yaml": service(more=f"annotations: {{{said}}}")}).services["cards"]

    texts = [*found.annotations.values(), *(claim.value for claim in found.claims)]
    assert not any(mark in text for mark in "\u202e\u2066\u200f" for text in texts)
    assert found.annotations["portico.io/description"] == "One  two"
