"""What becomes of an observed service, from everything that speaks about it."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.connectors.base import Claim, Observation
from discovery.facts import Spotted
from discovery.judging import Context, Decided, Judgement, judge
from discovery.matching import Candidate, Known, Place
from discovery.proposals import Named, Names
from discovery.rules import IGNORE, PROPOSE, Rule, RuleSet, Selector

CARDS = Named(1, "cards", "Cards")
ISSUING = Named(11, "issuing", "Issuing", domain=CARDS)
NAMES = Names({"core": Named(21, "core", "Core")}, {"cards": CARDS}, {"issuing": ISSUING})
VAULT = Candidate(100, "vault", system_id=11, domain_id=1)


def spotted(name="vault", namespace="shop", owner="", **fields) -> Spotted:
    claims = (Claim("owner", owner, "annotation portico.io/owner"),) if owner else ()
    return Spotted(Observation(f"{namespace}/{name}", "Service", name, namespace=namespace, claims=claims, **fields))


def around(*rules: Rule, known: Known | None = None) -> Context:
    return Context("prod", "production", RuleSet(rules), NAMES, known or Known({"vault": VAULT}))


PUBLISHES = Rule(1, "shop", selector=Selector(namespaces=("shop",)), owner="core", domain="cards")
IN_ISSUING = Rule(2, "issuing", selector=Selector(namespaces=("shop",)), owner="core", system="issuing")
IGNORES = Rule(3, "noise", action=IGNORE)


def test_a_rule_has_it_published_with_its_values():
    judged = judge(spotted("other"), Decided(), around(PUBLISHES))
    assert (judged.standing, judged.is_pending, judged.rule_id) == ("new", True, 1)
    assert (judged.proposed_owner_id, judged.proposed_domain_id) == (21, 1)
    assert judged.proposed_title == "other"


def test_without_a_rule_it_waits_for_a_person():
    judged = judge(spotted(namespace="elsewhere"), Decided(), around(PUBLISHES))
    assert (judged.standing, judged.is_pending, judged.rule_id) == ("new", False, None)


def test_proposing_publishes_nothing():
    rule = Rule(4, "shop", action=PROPOSE, owner="core")
    judged = judge(spotted(), Decided(), around(rule))
    assert (judged.is_pending, judged.proposed_owner_id) == (False, 21)


def test_what_nobody_owns_is_published_only_by_a_rule_that_says_so():
    judged = judge(spotted(), Decided(), around(Rule(5, "open")))
    assert (judged.standing, judged.is_pending) == ("new", False)
    assert judged.reasons["owner"] == "no owner: rule open publishes only what somebody owns"
    assert judge(spotted(), Decided(), around(Rule(5, "open", publishes_unowned=True))).is_pending


def test_a_misspelt_owner_is_named_as_the_reason():
    judged = judge(spotted("other", owner="cor"), Decided(), around(PUBLISHES))
    assert judged.is_pending is False
    assert judged.reasons["owner"] == (
        "annotation portico.io/owner names cor, which is no team: rule shop publishes only what somebody owns"
    )


def test_what_is_in_the_catalog_already_is_linked_and_not_published_again():
    judged = judge(spotted(), Decided(), around(IN_ISSUING))
    assert (judged.standing, judged.service_id, judged.is_pending) == ("matched", 100, False)
    assert judged.match_reason == "by name in system issuing"


def test_a_rule_ignores_as_long_as_it_selects():
    ignored = judge(spotted(), Decided(), around(IGNORES))
    assert (ignored.standing, ignored.service_id, ignored.reasons["ignored"]) == ("ignored", None, "rule noise")
    again = judge(spotted(), Decided(standing="ignored"), around(IGNORES))
    assert again == ignored
    back = judge(spotted(), Decided(standing="ignored"), around(IN_ISSUING))
    assert (back.standing, back.service_id) == ("matched", 100)
    assert "ignored" not in back.reasons


def test_what_a_person_took_back_no_rule_ignores_or_publishes():
    assert judge(spotted(), Decided(is_restored=True), around(IGNORES)).standing == "new"
    assert not judge(spotted("other"), Decided(is_restored=True), around(PUBLISHES)).is_pending


@pytest.mark.parametrize("rule", [IGNORES, IN_ISSUING, PUBLISHES])
@pytest.mark.parametrize(
    "decided",
    [
        Decided("published", 7, "published by rule shop"),
        Decided("published", None),
        Decided("ignored", None, is_tombstoned=True),
        Decided("ignored", 7, "by name", is_tombstoned=True),
        Decided("retired", 7, "by name", is_tombstoned=True),
    ],
)
def test_what_was_decided_stands(decided, rule):
    judged = judge(spotted(), decided, around(rule))
    assert (judged.standing, judged.service_id, judged.match_reason, judged.is_pending) == (
        decided.standing,
        decided.service_id,
        decided.match_reason,
        False,
    )
    assert "ignored" not in judged.reasons


@pytest.mark.parametrize("rule", [IGNORES, IN_ISSUING])
def test_a_pinned_match_stays_whatever_else_is_said(rule):
    pinned = Decided("matched", 7, "pinned by Erik M.", is_pinned=True)
    judged = judge(spotted(), pinned, around(rule))
    assert (judged.standing, judged.service_id, judged.match_reason) == ("matched", 7, "pinned by Erik M.")


def test_what_a_person_parted_waits_for_a_person():
    judged = judge(spotted(), Decided("matched", 100, parted={100}), around(IN_ISSUING))
    assert (judged.standing, judged.service_id, judged.is_pending) == ("new", None, False)


def test_where_several_may_be_meant_nothing_is_published():
    places = [Place(service, "other", "shop", "vault-id") for service in (100, 101)]
    judged = judge(
        spotted("x", identity="vault-id"), Decided(), around(PUBLISHES, known=Known({}, {"vault-id": places}))
    )
    assert (judged.standing, judged.service_id, judged.is_pending) == ("new", None, False)
    assert judged.match_reason == "2 catalog services run as the same software"


rule_values = st.builds(
    Rule,
    id=st.integers(1, 3),
    name=st.just("rule"),
    action=st.sampled_from(["publish", "ignore", "propose"]),
    selector=st.builds(Selector, namespaces=st.sampled_from([(), ("shop",), ("other",)])),
    system=st.sampled_from(["", "issuing"]),
    owner=st.sampled_from(["", "core", "gone"]),
    publishes_unowned=st.booleans(),
)
contexts = st.lists(rule_values, max_size=3).map(lambda rules: around(*rules))
seen_ones = st.builds(
    spotted,
    name=st.sampled_from(["vault", "other"]),
    namespace=st.sampled_from(["shop", "other"]),
    owner=st.sampled_from(["", "core", "gone"]),
)
decisions = st.one_of(
    st.just(Decided()),
    st.builds(Decided, standing=st.just("matched"), service_id=st.just(100), is_pinned=st.booleans()),
    st.builds(Decided, standing=st.just("published"), service_id=st.sampled_from([100, None])),
    st.builds(Decided, standing=st.just("ignored"), is_tombstoned=st.booleans()),
    st.builds(Decided, standing=st.just("retired"), is_tombstoned=st.just(True)),
)


def after(judged: Judgement, decided: Decided) -> Decided:
    """The row's decision once the judgement has been written."""
    return Decided(judged.standing, judged.service_id, judged.match_reason, decided.is_pinned, decided.is_tombstoned)


@given(seen_ones, decisions, contexts)
def test_judging_twice_is_judging_once(seen, decided, context):
    judged = judge(seen, decided, context)
    assert judge(seen, after(judged, decided), context) == judged


@given(st.lists(seen_ones, max_size=4).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))), contexts)
def test_the_order_of_judging_does_not_matter(orders, context):
    one, other = ({one.seen.key: [] for one in order} for order in orders)
    for judged, order in ((one, orders[0]), (other, orders[1])):
        for seen in order:
            judged[seen.seen.key].append(judge(seen, Decided(), context))
    assert {key: set(map(repr, found)) for key, found in one.items()} == {
        key: set(map(repr, found)) for key, found in other.items()
    }


@given(seen_ones, decisions, contexts)
def test_only_what_is_new_is_pending(seen, decided, context):
    judged = judge(seen, decided, context)
    assert not judged.is_pending or (judged.standing, judged.service_id) == ("new", None)


def calls_of_judging(crowd: list[Spotted], context: Context) -> int:
    """How many functions, ours and built-in, are called for all of them."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        for one in crowd:
            judge(one, Decided(), context)
    finally:
        sys.setprofile(None)
    return count


def test_a_hundred_rules_cost_little_more_than_one():
    """Rules are asked once for each namespace and not for each service."""
    rules = [Rule(n, f"r{n}", selector=Selector(namespaces=(f"x{n}-*",), labels=(("a", "b"),))) for n in range(100)]
    crowd = [spotted(f"s{number}", f"n{number % 5}", "core") for number in range(1_000)]
    one, many = (calls_of_judging(crowd, around(*some, PUBLISHES)) for some in ([], rules))
    assert many < one * 1.2
    assert one < 150 * len(crowd)
