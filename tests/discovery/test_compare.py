"""Known and observed to a change set: examples, and what holds for all of them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from discovery.compare import HELD, REJECTED, ChangeSet, Known, LossRule, compare
from discovery.connectors.base import EVERYWHERE, Exposure, Observation
from discovery.facts import Spotted, fingerprint, whole

ALL = {("Service", EVERYWHERE)}
NEVER = LossRule(percent=100, at_least=1_000_000)


def spotted(key: str, *, version: str = "1", identity: str | None = None, **fields: object) -> Spotted:
    namespace, _, name = key.rpartition("/")
    return Spotted(
        Observation(
            key=key, kind="Service", name=name, namespace=namespace, version=version, identity=identity, **fields
        )
    )


def known(id_: int, seen: Spotted, **fields: object) -> Known:
    own = seen.seen
    return Known(id_, own.key, own.kind, own.namespace, own.identity or "", fingerprint(seen), **fields)


def by_key(*seen: Spotted) -> dict[str, Spotted]:
    return {one.seen.key: one for one in seen}


def test_what_is_the_same_changes_nothing() -> None:
    seen = spotted("a/x")
    changes = compare([known(1, seen)], by_key(seen), ALL, NEVER)

    assert changes.is_empty
    assert (changes.unchanged_count, changes.present_count, changes.seen) == (1, 1, {1: seen})


def test_another_uid_under_the_same_key_is_a_change_of_the_row() -> None:
    before, after = spotted("a/x", uid="1"), spotted("a/x", uid="2")
    changes = compare([known(1, before)], by_key(after), ALL, NEVER)

    assert (changes.changed, changes.new, changes.gone) == ({1: after}, [], set())


def test_a_rename_keeps_the_row_by_its_identity() -> None:
    before, after = spotted("a/x", identity="payments"), spotted("b/y", identity="payments")
    changes = compare([known(1, before)], by_key(after), ALL, NEVER)

    assert (changes.changed, changes.moved) == ({1: after}, {1: "a/x"})
    assert (changes.new, changes.gone) == ([], set())


def test_two_of_one_identity_are_no_rename() -> None:
    before = spotted("a/x", identity="payments")
    after = [spotted("b/y", identity="payments"), spotted("c/z", identity="payments")]
    changes = compare([known(1, before)], by_key(*after), ALL, NEVER)

    assert (changes.moved, changes.gone, len(changes.new)) == ({}, {1}, 2)


def test_a_row_is_not_renamed_while_its_own_listing_is_incomplete() -> None:
    before, after = spotted("a/x", identity="payments"), spotted("b/y", identity="payments")
    changes = compare([known(1, before)], by_key(after), {("Service", "b")}, NEVER)

    assert (changes.moved, changes.new, changes.unseen) == ({}, [after], {1})


def test_what_has_just_gone_is_renamed_before_what_was_absent() -> None:
    old = known(1, spotted("old/x", identity="payments"), is_absent=True)
    before, after = spotted("a/x", identity="payments"), spotted("b/y", identity="payments")
    changes = compare([old, known(2, before)], by_key(after), ALL, NEVER)

    assert changes.moved == {2: "a/x"}


def test_a_rename_can_be_that_of_an_absent_row() -> None:
    before, after = spotted("a/x", identity="payments"), spotted("b/y", identity="payments")
    changes = compare([known(1, before, is_absent=True)], by_key(after), set(), NEVER)

    assert (changes.moved, changes.returned, changes.returned_count) == ({1: "a/x"}, {1}, 1)


def test_gaps_are_filled_from_what_is_stored() -> None:
    stored = spotted("a/x", exposure=Exposure("internet"))
    gappy = spotted("a/x", exposure=None)
    changes = compare([known(1, stored)], by_key(gappy), ALL, NEVER, {1: stored})

    assert changes.is_empty
    assert changes.seen == {1: stored}


def test_gaps_of_a_new_service_are_nothing() -> None:
    gappy = spotted("a/x", exposure=None, workloads=None, specification_read=False)
    (new,) = compare([], by_key(gappy), ALL, NEVER).new

    assert new.is_whole
    assert compare([known(1, new)], by_key(gappy), ALL, NEVER, {1: new}).is_empty


def test_a_large_loss_is_held() -> None:
    rows = [known(number, spotted(f"a/{number}")) for number in range(500)]
    changes = compare(rows, {}, ALL, LossRule())

    assert (len(changes.held), changes.gone) == (500, set())
    assert (changes.lost_count, changes.present_count) == (500, 500)


def test_a_small_loss_of_a_small_source_is_not_held() -> None:
    rows = [known(number, spotted(f"a/{number}")) for number in range(9)]
    assert len(compare(rows, {}, ALL, LossRule()).gone) == 9


def test_what_is_held_is_not_held_again_and_believed_once_the_rest_is_back() -> None:
    seen = [spotted(f"a/{number:02}") for number in range(20)]
    rows = [known(number, one, hold=HELD) for number, one in enumerate(seen)]
    again = compare(rows, {}, ALL, LossRule())
    back = compare(rows, by_key(*seen[3:]), ALL, LossRule())

    assert again.is_empty
    assert (back.gone, back.held, len(back.returned)) == ({0, 1, 2}, set(), 17)


def test_a_loss_a_person_did_not_believe_is_not_asked_about_again_until_seen() -> None:
    seen = [spotted(f"a/{number}") for number in range(20)]
    rows = [known(number, one, hold=REJECTED) for number, one in enumerate(seen)]

    assert compare(rows, {}, ALL, LossRule()).is_empty
    assert compare(rows, by_key(*seen), ALL, LossRule()).returned == set(range(20))


# What holds for every source. A small alphabet makes collisions of keys and identities common.

KEYS = [f"{namespace}/{name}" for namespace in "ab" for name in "wxyz"]
IDENTITIES = st.sampled_from([None, "one", "two", "three"])
SEEN = st.builds(spotted, st.sampled_from(KEYS), version=st.sampled_from("12"), identity=IDENTITIES)
OBSERVED = st.lists(SEEN, unique_by=lambda one: one.seen.key).map(lambda some: by_key(*some))
COMPLETE = st.sets(st.sampled_from([("Service", EVERYWHERE), ("Service", "a"), ("Service", "b"), ("Route", "a")]))
FLAGS = st.sampled_from([{}, {"is_absent": True}, {"is_unseen": True}, {"hold": HELD}, {"hold": REJECTED}])
LOSS = st.builds(LossRule, percent=st.integers(0, 100), at_least=st.integers(1, 6))


@st.composite
def known_rows(draw: st.DrawFn) -> list[Known]:
    seen = draw(st.lists(SEEN, unique_by=lambda one: one.seen.key))
    return [known(number, one, **draw(FLAGS)) for number, one in enumerate(seen)]


def applied(rows: list[Known], changes: ChangeSet) -> list[Known]:
    """The rows as they are once the change set is written."""
    after: list[Known] = []
    for row in rows:
        if row.id in changes.changed:
            row = replace(known(row.id, changes.changed[row.id]), **_marks(row))
        if row.id in changes.returned:
            row = replace(row, is_absent=False, is_unseen=False, hold="")
        if row.id in changes.gone:
            row = replace(row, is_absent=True, is_unseen=False, hold="")
        if row.id in changes.held:
            row = replace(row, is_unseen=True, hold=HELD)
        if row.id in changes.unseen:
            row = replace(row, is_unseen=True)
        after.append(row)
    return after + [known(1000 + number, new) for number, new in enumerate(changes.new)]


def _marks(row: Known) -> dict[str, object]:
    return {"is_absent": row.is_absent, "is_unseen": row.is_unseen, "hold": row.hold}


@given(known_rows(), OBSERVED, COMPLETE, LOSS)
def test_applied_twice_is_applied_once(rows, observed, complete, loss) -> None:
    once = applied(rows, compare(rows, observed, complete, loss))
    assert compare(once, observed, complete, loss).is_empty


@given(known_rows(), OBSERVED, COMPLETE, LOSS, st.randoms())
def test_the_order_does_not_matter(rows, observed, complete, loss, random) -> None:
    before = compare(rows, observed, complete, loss)
    items = list(observed.items())
    random.shuffle(rows)
    random.shuffle(items)
    after = compare(rows, dict(items), complete, loss)

    assert sorted(after.new, key=str) == sorted(before.new, key=str)
    assert replace(after, new=[]) == replace(before, new=[])


@given(known_rows(), OBSERVED, COMPLETE, LOSS)
def test_what_was_not_listed_in_full_is_never_gone(rows, observed, complete, loss) -> None:
    changes = compare(rows, observed, complete, loss)
    places = {row.id: (row.kind, row.namespace) for row in rows}
    for id_ in changes.gone | changes.held:
        kind, namespace = places[id_]
        assert (kind, EVERYWHERE) in complete or (kind, namespace) in complete
    assert not changes.gone or not changes.held


@given(known_rows(), OBSERVED, COMPLETE, LOSS)
def test_every_row_and_every_observation_has_one_fate(rows, observed, complete, loss) -> None:
    changes = compare(rows, observed, complete, loss)
    assert len(changes.new) + len(changes.seen) == len(observed)
    assert changes.changed.keys() | changes.moved.keys() | changes.returned <= changes.seen.keys()
    fates = [changes.seen.keys(), changes.gone, changes.held, changes.unseen]
    assert sum(len(fate) for fate in fates) == len(set().union(*fates))
    keys = [row.key for row in applied(rows, changes)]
    assert len(keys) == len(set(keys))


@given(SEEN)
def test_what_is_whole_stays_as_it_is(seen) -> None:
    assert whole(seen) == seen
