"""Which catalog service an observed one is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.connectors.base import Observation
from discovery.matching import KUBERNETES_ID, NAME_LABEL, Candidate, Known, Match, Place, Sought, match
from discovery.proposals import Named

CARDS, LENDING = Named(1, "cards", "Cards"), Named(2, "lending", "Lending")
ISSUING, LOANS = Named(11, "issuing", "Issuing", domain=CARDS), Named(12, "loans", "Loans", domain=LENDING)
SERVICES = (
    Candidate(100, "vault", system_id=11, domain_id=1),
    Candidate(101, "ledger", domain_id=1),
    Candidate(102, "gateway"),
    Candidate(103, "statements", system_id=12, domain_id=2),
)
BY_SLUG = {service.slug: service for service in SERVICES}


def seen(name="vault-svc", namespace="cards-1", identity="vault-id", labels=None, annotations=None):
    return Observation(
        f"{namespace}/{name}",
        "Service",
        name,
        namespace=namespace,
        identity=identity,
        labels=labels or {},
        annotations=annotations or {},
    )


def known(*places, running=()):
    same, runs = {}, {}
    for place in places:
        same.setdefault(place.identity, []).append(place)
    for place in running:
        runs.setdefault(place.service_id, []).append(place)
    return Known(BY_SLUG, same, runs)


def place(service_id=100, source="prod-eu-1", namespace="cards-1", systems=(), **others):
    return Place(service_id, source, namespace, identity="vault-id", systems=frozenset(systems), **others)


@pytest.mark.parametrize(
    ("sought", "places", "expected"),
    [
        pytest.param(Sought(seen()), known(), Match(), id="nothing speaks for any"),
        pytest.param(
            Sought(seen(annotations={KUBERNETES_ID: "Gateway"})),
            known(),
            Match(102, f"by annotation {KUBERNETES_ID}"),
            id="it names its entry",
        ),
        pytest.param(
            Sought(seen(labels={KUBERNETES_ID: "gateway"})),
            known(),
            Match(102, f"by label {KUBERNETES_ID}"),
            id="it names its entry in a label",
        ),
        pytest.param(
            Sought(seen(annotations={KUBERNETES_ID: "unheard-of"})), known(), Match(), id="it names an unknown entry"
        ),
        pytest.param(
            Sought(seen(annotations={KUBERNETES_ID: "gateway"})),
            known(place()),
            Match(102, f"by annotation {KUBERNETES_ID}"),
            id="what it names beats the same software",
        ),
        pytest.param(
            Sought(seen()),
            known(place(source="prod-eu-2"), place()),
            Match(100, "runs as the same software in prod-eu-1"),
            id="the same software in the same namespace of two other sources",
        ),
        pytest.param(Sought(seen(namespace="team-b")), known(place()), Match(), id="the same software elsewhere"),
        pytest.param(
            Sought(seen(namespace="cards-2"), ISSUING),
            known(place(systems=[11])),
            Match(100, "runs as the same software in prod-eu-1"),
            id="the same software of the same system",
        ),
        pytest.param(
            Sought(seen(), LOANS), known(place(systems=[11])), Match(), id="the same software of another system"
        ),
        pytest.param(
            Sought(seen()),
            known(place(), place(101)),
            Match(None, "2 catalog services run as the same software"),
            id="two may be meant",
        ),
        pytest.param(
            Sought(seen()), known(place(only_key="cards-1/vault-svc")), Match(), id="it is no evidence for itself"
        ),
        pytest.param(
            Sought(seen(labels={NAME_LABEL: "vault"}), ISSUING, CARDS),
            known(),
            Match(100, f"by label {NAME_LABEL} in system issuing"),
            id="the label's name in the same system",
        ),
        pytest.param(
            Sought(seen("vault"), ISSUING, CARDS), known(), Match(100, "by name in system issuing"), id="the name"
        ),
        pytest.param(
            Sought(seen("vault", labels={NAME_LABEL: "ledger"}), ISSUING, CARDS),
            known(),
            Match(101, f"by label {NAME_LABEL} in domain cards"),
            id="the label comes before the name",
        ),
        pytest.param(Sought(seen("vault"), LOANS, CARDS), known(), Match(), id="the name in another system"),
        pytest.param(Sought(seen("vault"), None, CARDS), known(), Match(100, "by name in domain cards"), id="a domain"),
        pytest.param(Sought(seen("vault"), None, LENDING), known(), Match(), id="another domain"),
        pytest.param(Sought(seen("gateway"), ISSUING, CARDS), known(), Match(), id="a name alone is nothing"),
        pytest.param(
            Sought(seen("gateway")),
            known(running=[place(102, namespace="other"), place(102)]),
            Match(102, "by name in namespace cards-1, where it already runs"),
            id="the name in a namespace where it runs",
        ),
        pytest.param(
            Sought(seen("gateway", namespace="")),
            known(running=[place(102, namespace="")]),
            Match(),
            id="no namespace is no evidence",
        ),
    ],
)
def test_it_finds_the_service_and_says_by_what(sought, places, expected):
    assert match(sought, places) == expected


def test_a_link_that_is_among_the_evidence_stays():
    assert match(Sought(seen()), known(place(), place(101)), linked=101).service_id == 101


def test_a_link_without_evidence_ends():
    assert match(Sought(seen()), known(), linked=101) == Match()


def test_stronger_evidence_takes_a_link_over():
    sought = Sought(seen("vault", annotations={KUBERNETES_ID: "gateway"}), ISSUING)
    assert match(sought, known(), linked=100).service_id == 102


def test_it_is_never_a_service_that_a_person_parted_it_from():
    assert match(Sought(seen()), known(place(), place(101)), parted={100}).service_id == 101
    assert match(Sought(seen("vault"), ISSUING), known(), linked=100, parted={100}) == Match()


places = st.builds(
    Place,
    service_id=st.sampled_from([100, 101, 102]),
    source=st.sampled_from(["a", "b"]),
    namespace=st.sampled_from(["cards-1", "cards-2", ""]),
    identity=st.sampled_from(["vault-id", "other"]),
    systems=st.frozensets(st.sampled_from([11, 12]), max_size=2),
    only_key=st.sampled_from(["", "cards-1/vault"]),
)
sought_ones = st.builds(
    Sought,
    seen=st.builds(
        seen,
        name=st.sampled_from(["vault", "ledger", "gateway"]),
        namespace=st.sampled_from(["cards-1", "cards-2", ""]),
        labels=st.sampled_from([{}, {NAME_LABEL: "ledger"}, {NAME_LABEL: "unknown"}]),
        annotations=st.sampled_from([{}, {KUBERNETES_ID: "gateway"}]),
    ),
    system=st.sampled_from([None, ISSUING, LOANS]),
    domain=st.sampled_from([None, CARDS, LENDING]),
)


@given(sought_ones, st.lists(places, max_size=5).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_what_is_known_does_not_matter(sought, orders):
    one, other = (match(sought, known(*order, running=order)) for order in orders)
    assert one == other


@given(sought_ones, st.lists(places, max_size=5))
def test_matching_again_changes_nothing(sought, some):
    around = known(*some, running=some)
    first = match(sought, around)
    assert match(sought, around, linked=first.service_id) == first


@given(sought_ones, st.lists(places, max_size=5), st.frozensets(st.sampled_from([100, 101, 102, 103])))
def test_no_evidence_outweighs_a_person(sought, some, parted):
    assert match(sought, known(*some, running=some), parted=parted).service_id not in parted
