"""The connector over payloads of each kind that it is told to understand."""

import os
from pathlib import Path

import pytest

from discovery.connectors.base import Claim, Endpoint, Exposure, Observation, Port, Workload
from discovery.connectors.manifests.connector import Manifests
from tests.discovery.connectors.sources import PAYLOADS, Run, opened, run_files, run_folder, surroundings

ROOT = Path(__file__).resolve().parents[3]
CORPUS = (ROOT / os.environ.get("PORTICO_CORPUS", "../shared/corpus")).resolve() / "k8s-istio"


@pytest.fixture(scope="module")
def bank() -> Run:
    return run_folder(PAYLOADS, "bank", cluster="staging-1")


def run_payload(tmp_path: Path, name: str) -> Run:
    return run_files(tmp_path, {name: (PAYLOADS / name).read_bytes()})


def test_a_tree_of_manifests_is_read_without_a_problem(bank: Run):
    assert bank.problems == []
    assert bank.is_complete
    assert sorted(bank.services) == [
        "cards-api", "ledger", "ledger-alias", "scoring", "statements", "swift", "swift-inside", "terminals",
    ]  # fmt: skip


def test_a_service_is_observed_with_all_that_belongs_to_it(bank: Run):
    seen = bank.services["cards-api"]
    assert seen == Observation(
        key="staging-1/cards/Service/cards-api",
        kind="Service",
        name="cards-api",
        namespace="cards",
        cluster="staging-1",
        identity="cards/cards-eu",
        version="4.2.0",
        labels={
            "acme.example/team": "cards",
            "app.kubernetes.io/instance": "cards-eu",
            "app.kubernetes.io/name": "cards",
            "app.kubernetes.io/part-of": "card-issuing",
            "app.kubernetes.io/version": "4.2.0",
        },
        annotations={
            "kiali.io/api-spec": "https://cards.bank.example/openapi.json",
            "portico.io/description": "Issues cards and blocks them.\nAnswers within 50 ms.",
            "portico.io/kind": "microservice",
            "portico.io/title": "Cards",
        },
        ports=(Port(80, "http"), Port(9090, "metrics")),
        workloads=(Workload("Deployment", "cards-api", "4.2.0", 3),),
        exposure=Exposure(
            "internet",
            (
                Endpoint("cards.bank.example", "/metrics", True, "Ingress cards"),
                Endpoint("cards.bank.example", "/v1", True, "Ingress cards"),
                Endpoint("deep.cards.bank.example", "/", False, "Ingress cards"),
                Endpoint("cards-api.cards.svc.cluster.local", by="Service cards-api", scope="inside"),
            ),
        ),
        claims=(
            Claim("title", "Cards", "annotation portico.io/title"),
            Claim(
                "description",
                "Issues cards and blocks them.\nAnswers within 50 ms.",
                "annotation portico.io/description",
            ),
            Claim("owner", "cards", "annotation portico.io/owner of namespace cards"),
            Claim("domain", "retail-banking", "annotation portico.io/domain of namespace cards"),
            Claim("system", "card-issuing", "label app.kubernetes.io/part-of"),
            Claim("kind", "microservice", "annotation portico.io/kind"),
        ),
        specification=seen.specification,
        place="cards/cards-api.yaml",
    )
    assert seen.specification is not None
    assert seen.specification.place == "cards/cards-api.openapi.yaml"
    assert seen.specification.media_type == "application/yaml"
    assert seen.specification.content == (PAYLOADS / "bank/cards/cards-api.openapi.yaml").read_bytes()


def test_a_headless_service_has_the_workloads_its_selector_matches_and_no_single_version(bank: Run):
    seen = bank.services["ledger"]
    assert seen.namespace == "default"
    assert seen.workloads == (
        Workload("DaemonSet", "ledger-agent"),
        Workload("StatefulSet", "ledger", "16.3"),
    )
    assert seen.version == ""
    assert seen.identity is None
    assert seen.claims == (Claim("owner", "mortgage", "annotation portico.io/owner of StatefulSet ledger"),)


def test_an_ingress_of_the_first_generation_is_read(bank: Run):
    assert bank.services["ledger"].exposure == Exposure(
        "internet",
        (
            Endpoint("*", "/", True, "Ingress ledger"),
            Endpoint("mortgage.bank.example", "/ledger", True, "Ingress ledger"),
        ),
    )


def test_an_external_name_outside_of_the_cluster_is_bought_software(bank: Run):
    scoring = bank.services["scoring"]
    assert Claim("kind", "saas", "Service type ExternalName") in scoring.claims
    assert scoring.identity == "credit-scoring"
    assert scoring.workloads == ()
    assert scoring.exposure == Exposure("inside")
    assert all(claim.field != "kind" for claim in bank.services["ledger-alias"].claims)


def test_the_type_of_a_service_says_whether_it_is_open_to_the_outside(bank: Run):
    assert bank.services["terminals"].exposure == Exposure(
        "internet",
        (
            Endpoint("*", by="Service terminals", port=30080),
            Endpoint("terminals.payments.svc.cluster.local", by="Service terminals", scope="inside"),
        ),
    )
    assert opened(bank.services["swift"]) == Exposure(
        "internet", (Endpoint("203.0.113.7", tls=True, by="Service swift"),)
    )
    assert opened(bank.services["swift-inside"]) == Exposure("inside")
    assert bank.services["swift"].ports == (Port(443, "https"), Port(53, "dns", "UDP"))


def test_an_owner_in_the_words_of_backstage_is_a_slug(bank: Run):
    reason = "annotation portico.io/owner of namespace payments"
    assert bank.services["swift"].claims == (Claim("owner", "payments-core", reason),)


def test_json_with_several_documents_and_a_named_specification_is_read(bank: Run):
    seen = bank.services["statements"]
    assert seen.workloads == (Workload("Pod", "statements", "1999"),)
    assert seen.claims == (Claim("kind", "legacy", "annotation portico.io/kind"),)
    assert seen.specification is not None
    assert seen.specification.place == "cards/cards-api.openapi.yaml"


def test_a_dump_of_kubectl_is_read_without_what_a_cluster_adds(tmp_path: Path):
    run = run_payload(tmp_path, "kubectl-dump.yaml")
    assert run.problems == []
    seen = run.services["quotes"]
    assert seen.uid == "5c1d2f0e-8a3b-4f7d-9a61-0d2f3b7c9e10"
    assert seen.annotations == {"portico.io/owner": "insurance"}
    assert seen.workloads == (Workload("Deployment", "quotes", "2.9.1", 2),)
    assert seen.version == "2.9.1"


def test_output_of_helm_is_read_and_services_of_other_groups_are_not(tmp_path: Path):
    run = run_payload(tmp_path, "helm-output.yaml")
    assert run.problems == []
    assert list(run.services) == ["corporate"]
    seen = run.services["corporate"]
    assert seen.identity == "corporate"
    assert seen.version == "1.4"
    assert seen.labels["helm.sh/chart"] == "corporate-1.4.2"


def test_output_of_kustomize_is_read_with_a_default_backend(tmp_path: Path):
    run = run_payload(tmp_path, "kustomize-output.yaml")
    seen = run.services["staging-accounts"]
    assert opened(seen) == Exposure("internet", (Endpoint("*", "/", False, "Ingress staging-accounts"),))
    assert seen.labels == {"app": "accounts", "k8s-app": "accounts"}
    assert run.is_complete


def test_a_typed_list_has_items_without_a_kind(tmp_path: Path):
    run = run_payload(tmp_path, "service-list.json")
    assert run.problems == []
    assert sorted(run.services) == ["atms", "branches"]
    assert run.services["atms"].uid == "b2"


def test_one_broken_document_is_told_with_its_place_and_hides_no_other(tmp_path: Path):
    run = run_payload(tmp_path, "one-broken.yaml")
    assert sorted(run.services) == ["first", "third"]
    (problem,) = run.problems
    assert (problem.severity, problem.place, problem.document, problem.line) == ("error", "one-broken.yaml", 2, 10)
    assert not run.is_complete


def test_absence_is_not_known_when_a_document_was_broken(tmp_path: Path):
    seen = run_payload(tmp_path, "one-broken.yaml").services["first"]
    assert seen.workloads is None
    assert seen.exposure is None


def test_placeholders_that_were_not_rendered_are_named_so(tmp_path: Path):
    run = run_payload(tmp_path, "not-rendered.yaml")
    assert [(problem.code, problem.document, problem.line) for problem in run.problems] == [
        ("not-rendered", 1, 4),
        ("not-rendered", 2, 8),
    ]
    assert list(run.services) == ["rendered"]
    assert not run.is_complete


@pytest.mark.parametrize("name", ["secrets.yaml", "secrets-broken.yaml"])
def test_nothing_that_is_not_listed_gets_out(tmp_path: Path, name: str):
    run = run_payload(tmp_path, name)
    assert run.seen
    said = (repr(run.seen) + repr(Manifests().check(surroundings(tmp_path, folder=".")))).lower()
    assert "planted" not in said
    assert "cGxhbnRlZC1kYXRh".lower() not in said


def test_each_broken_secret_is_a_problem(tmp_path: Path):
    run = run_payload(tmp_path, "secrets-broken.yaml")
    assert [problem.document for problem in run.problems] == [1, 2, 3, 4, 5, 6, 7]
    assert run.codes == [*["unreadable-document"] * 5, "not-rendered", "invalid-object"]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="corpus not there, its manifests not read")
def test_the_corpus_is_read_without_an_error():
    run = run_folder(CORPUS.parent, CORPUS.name)
    assert run.is_complete
    assert {problem.code for problem in run.problems} <= {"declared-twice"}
    assert len(run.services) == 16


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="corpus not there, its manifests not read")
def test_the_shop_of_the_corpus_has_its_twelve_services_with_their_deployments(tmp_path: Path):
    name = "microservices-demo--release_kubernetes-manifests.yaml"
    run = run_files(tmp_path, {name: (CORPUS / name).read_bytes()})
    assert run.problems == []
    assert len(run.services) == 12
    behind = {name: [item.name for item in seen.workloads or ()] for name, seen in run.services.items()}
    assert behind == {name: [name.removesuffix("-external")] for name in run.services}
    open_ones = [name for name, seen in run.services.items() if opened(seen).level == "internet"]
    assert open_ones == ["frontend-external"]
