"""However a watch and a run whose look is older take turns, what is there at the end is what the rows say."""

import time
from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from discovery.installed import connector_of
from discovery.models import DiscoveredService, Run, Source, Watch
from discovery.runs.apply import apply
from discovery.runs.claim import claim
from discovery.runs.gathering import Gathered, Limits
from discovery.runs.moment import database_now
from discovery.runs.origin import Origin
from discovery.runs.queue import enqueue
from discovery.watching import signs
from discovery.watching.batches import batch_of
from discovery.watching.follow import Following
from tests.factories.watched import changed, claimed_watch, make_watched
from tests.fakes.place import Place

pytestmark = pytest.mark.django_db

NAMESPACES = ("bank", "shop")
KEYS = st.tuples(st.sampled_from(NAMESPACES), st.sampled_from("abc"))
SHOWN = st.tuples(st.just("show"), KEYS, st.tuples(st.sampled_from("12"), st.sampled_from([None, "one"])))
GONE = st.tuples(st.just("remove"), KEYS, st.none())
STEP = st.tuples(st.sampled_from(["tell", "begin", "look", "apply"]), st.none(), st.none())
STEPS = st.lists(st.one_of(SHOWN, GONE, STEP, STEP), min_size=4, max_size=25)


class Play:
    """A place, the watch that follows it and one run after another, each step by step."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.there: dict[tuple[str, str], tuple[str, str | None]] = {}
        self.untold: set[str] = set()
        self.seen: Mapping[tuple[str, str], Any] | None = None
        self.run: Any = None
        self.following = Following(claimed_watch(), str)
        self.following.take(changed())

    def show(self, key: tuple[str, str], said: tuple[str, str | None]) -> None:
        self.there[key] = said
        self.untold.add(key[0])

    def remove(self, key: tuple[str, str], _: None) -> None:
        if self.there.pop(key, None) is not None:
            self.untold.add(key[0])

    def tell(self, *_: None) -> None:
        """What has changed since the last time reaches the watch, of which it sees only how it is now."""
        if self.untold:
            here = [one for one in services(self.there) if one["namespace"] in self.untold]
            self.following.take(changed(*here, scopes=sorted(self.untold)))
            self.untold = set()

    def begin(self, *_: None) -> None:
        if self.run is None:
            self.source.refresh_from_db()
            enqueue(self.source, "test", timezone.now())
            self.run = claim(self.source.pk, timezone.now()), database_now()

    def look(self, *_: None) -> None:
        if self.run is not None and self.seen is None:
            self.seen = dict(self.there)

    def apply(self, *_: None) -> None:
        if self.run is None or self.seen is None:
            return
        claimed, began = self.run
        batch = batch_of(changed(*services(self.seen)), str)
        gathered = Gathered(batch.spool, Limits(), observed=batch.observed, complete=set(batch.scopes))
        origin = Origin(self.source, connector_of(self.source.kind), time.time())
        apply(claimed, gathered, timezone.now(), began, origin)
        Run.objects.update(state="complete")
        Source.objects.update(lease_until=None)
        self.run = self.seen = None


def services(there: Mapping[tuple[str, str], tuple[str, str | None]]) -> list[dict[str, Any]]:
    return [
        {"namespace": namespace, "name": name, "version": version, "identity": identity}
        for (namespace, name), (version, identity) in there.items()
    ]


def present() -> dict[str, str]:
    return dict(DiscoveredService.objects.filter(missing_since=None).values_list("key", "version"))


A = ("bank", "a")


@given(STEPS)
# Shown and gone while the run looks: nobody tells the watch, and no row.
@example([("begin", None, None), ("show", A, ("1", None)), ("look", None, None), ("remove", A, None)])
@example([("show", A, ("1", None)), ("tell", None, None), ("begin", None, None), ("remove", A, None),
          ("look", None, None), ("show", A, ("1", None)), ("tell", None, None)])  # fmt: skip
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_and_nothing_comes_back(place: Place, monkeypatch: pytest.MonkeyPatch, steps: list) -> None:
    monkeypatch.setattr(signs, "SIGN_SECONDS", 0)
    Source.objects.all().delete()
    play = Play(make_watched(place, loss_at_least=1000))
    for verb, *told in steps:
        getattr(play, verb)(*told)
    # The run under way ends, if there is one; what the watch was told is so then.
    play.tell()
    play.look()
    play.apply()
    play.following.tick()
    expected = {f"{namespace}/{name}": version for (namespace, name), (version, _) in play.there.items()}
    assert present() == expected
    assert Watch.objects.count() == 1
