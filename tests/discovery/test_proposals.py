"""What publishing would set, and why."""

import pytest

from discovery.connectors.base import Claim, Observation
from discovery.proposals import Named, Names, propose
from discovery.rules import Rule

CARDS = Named(1, "cards", "Cards")
LENDING = Named(2, "lending", "Lending")
ISSUING = Named(11, "issuing", "Issuing", owner_id=21, domain=CARDS)
NAMES = Names(
    teams={"fraud-desk": Named(22, "fraud-desk", "Fraud Desk"), "core": Named(23, "core", "Core Systems")},
    domains={"cards": CARDS, "lending": LENDING},
    systems={"issuing": ISSUING, "orphan": Named(12, "orphan", "Orphan")},
    kinds=frozenset({"microservice", "monolith"}),
)
RULE = Rule(
    5, "cards-namespaces", owner="core", domain="lending", system="orphan", kind="monolith", visibility="public"
)


def seen(namespace="somewhere", labels=None, **claims):
    said = tuple(Claim(field, value, f"annotation portico.io/{field}") for field, value in claims.items())
    return Observation("somewhere/vault", "Service", "vault", namespace=namespace, labels=labels or {}, claims=said)


def values(proposal):
    return {
        "owner": proposal.owner_id,
        "domain": proposal.domain and proposal.domain.slug,
        "system": proposal.system and proposal.system.slug,
    }


def test_it_proposes_little_where_nothing_is_known():
    proposal = propose(seen(), {}, None, NAMES)
    assert values(proposal) == {"owner": None, "domain": None, "system": None}
    assert (proposal.title, proposal.description) == ("vault", "")
    assert (proposal.kind, proposal.visibility) == ("microservice", "internal")
    assert proposal.reasons == {"owner": "no rule matches", "kind": "default", "visibility": "default"}


def test_what_a_person_chose_comes_first():
    chosen = {"owner": "fraud-desk", "domain": "cards", "system": "", "title": "The vault", "visibility": "private"}
    proposal = propose(seen(owner="core", title="Vault", system="issuing"), chosen, RULE, NAMES)
    assert values(proposal) == {"owner": 22, "domain": "cards", "system": None}
    assert (proposal.title, proposal.visibility) == ("The vault", "private")
    assert {proposal.reasons[field] for field in chosen} == {"set by hand"}


def test_a_person_may_choose_that_nobody_owns_it():
    proposal = propose(seen(namespace="issuing", owner="core"), {"owner": None}, RULE, NAMES)
    assert proposal.owner_id is None
    assert proposal.reasons["owner"] == "set by hand"


def test_the_claims_of_the_service_come_before_the_rule():
    proposal = propose(seen(owner="fraud-desk", kind="microservice", title="Vault"), {}, RULE, NAMES)
    assert values(proposal) == {"owner": 22, "domain": "lending", "system": "orphan"}
    assert proposal.reasons == {
        "owner": "annotation portico.io/owner",
        "kind": "annotation portico.io/kind",
        "title": "annotation portico.io/title",
        "domain": "rule cards-namespaces",
        "system": "rule cards-namespaces",
        "visibility": "rule cards-namespaces",
    }


@pytest.mark.parametrize("namespace", ["issuing", "somewhere"])
def test_a_system_brings_its_domain_and_owner(namespace):
    labels = {} if namespace == "issuing" else {"app.kubernetes.io/part-of": "Issuing"}
    proposal = propose(seen(namespace, labels), {}, None, NAMES)
    assert values(proposal) == {"owner": 21, "domain": "cards", "system": "issuing"}
    assert proposal.reasons["owner"] == "owner of system Issuing"
    assert proposal.reasons["domain"] == "domain of system Issuing"
    assert proposal.reasons["system"] == ("namespace issuing" if not labels else "label app.kubernetes.io/part-of")


def test_a_namespace_may_be_named_like_a_domain():
    proposal = propose(seen("cards"), {}, None, NAMES)
    assert values(proposal) == {"owner": None, "domain": "cards", "system": None}
    assert proposal.reasons["domain"] == "namespace cards"


@pytest.mark.parametrize(("field", "noun"), [("owner", "team"), ("domain", "domain"), ("system", "system")])
def test_a_name_that_does_not_exist_proposes_nothing_and_is_reported(field, noun):
    proposal = propose(seen("issuing", **{field: "cards-x"}), {}, RULE, NAMES)
    assert values(proposal)[field] is None
    assert proposal.reasons[field] == f"annotation portico.io/{field} names cards-x, which is no {noun}"


def test_an_unknown_kind_is_a_microservice():
    proposal = propose(seen(kind="lambda"), {}, RULE, NAMES)
    assert proposal.kind == "microservice"
    assert proposal.reasons["kind"] == "annotation portico.io/kind names lambda, which is no kind"


def test_only_the_first_claim_of_a_field_counts():
    claims = (Claim("owner", "core", "annotation a"), Claim("owner", "fraud-desk", "annotation b"))
    proposal = propose(Observation("a/b", "Service", "b", claims=claims), {}, None, NAMES)
    assert (proposal.owner_id, proposal.reasons["owner"]) == (23, "annotation a")


def test_long_texts_are_cut():
    proposal = propose(seen(title="t" * 400, description="d" * 20_000), {}, None, NAMES)
    assert (len(proposal.title), len(proposal.description)) == (300, 10_000)
