"""Signs of life: what the row of a watch says of it, written every few seconds at most."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest, Now

from discovery.connectors.watches import Watching
from discovery.models import Run, RunState, Source, WatchState
from discovery.runs.cleaning import plain
from discovery.watching.lease import ClaimedWatch, keep_watch, refuse_unwanted

#: Seconds between two signs; the lease lasts for several.
SIGN_SECONDS = 4.0
#: Seconds between two moments at which all of a source that is followed is said to be seen.
SEEN_SECONDS = 60.0
#: What was live for so long may fail once more as if it had never failed.
STEADY = timedelta(seconds=60)
GAPS_AT_MOST, GAP_CHARACTERS = 100, 500


class Signs:
    """``watching`` is what the connector said last; ``is_live`` once everything it has seen is applied."""

    def __init__(self, claimed: ClaimedWatch, scrub: Callable[[str], str]) -> None:
        self.watching = Watching(0, 0)
        self.is_live = False
        self._claimed, self._scrub = claimed, scrub
        self._next_sign = self._next_seen = -1.0
        self._was_live = False

    def give(self) -> bool | None:
        """Say it in the row when it is time; whether a run of the source is under way, ``None`` when it was not asked.

        Raises ``LostLease`` and ``NotWanted``.
        """
        now = time.monotonic()
        if now < self._next_sign and self._was_live == self.is_live:
            return None
        self._next_sign = now + SIGN_SECONDS
        with transaction.atomic():
            keep_watch(self._claimed, **self._said())
            if self._follows_everything and now >= self._next_seen:
                self._next_seen = now + SEEN_SECONDS
                Source.objects.filter(pk=self._claimed.source_id).update(seen_at=Greatest(F("seen_at"), Now()))
        self._was_live = self.is_live
        source = Source.objects.only("is_paused", "is_watched", "revision").get(pk=self._claimed.source_id)
        refuse_unwanted(source, self._claimed)
        return Run.objects.filter(source=source.pk, state=RunState.RUNNING).exists()

    @property
    def _follows_everything(self) -> bool:
        said = self.watching
        return self.is_live and said.streams_open == said.streams > 0 and not said.gaps

    def _said(self) -> dict[str, object]:
        watching = self.watching
        said: dict[str, object] = {
            "heard_at": Now(),
            "streams": watching.streams,
            "streams_open": watching.streams_open,
            "gaps": [plain(self._scrub(gap))[:GAP_CHARACTERS] for gap in watching.gaps[:GAPS_AT_MOST]],
        }
        if self.is_live:
            said |= {"state": WatchState.LIVE, "live_since": Coalesce(F("live_since"), Now())}
            said |= {"error_code": "", "error_message": "", "error_hint": ""}
        return said
