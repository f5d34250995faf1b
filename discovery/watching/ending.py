"""How a watch ends: what its row says then, and when it is tried again."""

import logging
import random
from datetime import timedelta

from django.db.models.functions import Now

from discovery.connectors.base import ConnectorError
from discovery.models import Watch, WatchState
from discovery.runs.cleaning import plain
from discovery.runs.moment import database_now
from discovery.watching.lease import ClaimedWatch, release
from discovery.watching.signs import STEADY

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 300
#: When somebody has to act, trying often helps nobody.
REFUSED_SECONDS = 300
JITTER = 0.2


def end_failed(claimed: ClaimedWatch, error: ConnectorError) -> None:
    """The watch has ended for that reason; nothing changes when somebody else has it by now."""
    failures = _failures_before(claimed) + 1
    wait = min(2.0 ** min(failures - 1, 12), LONGEST_WAIT_SECONDS) if error.transient else REFUSED_SECONDS
    wait *= random.uniform(1, 1 + JITTER)  # noqa: S311 - no secret
    release(
        claimed,
        state=WatchState.WAITING if error.transient else WatchState.REFUSED,
        live_since=None,
        streams_open=0,
        failures=failures,
        retry_at=Now() + timedelta(seconds=wait),
        error_code=str(error.code)[:50],
        error_message=plain(str(error.message))[:2000],
        error_hint=plain(str(error.hint))[:2000],
    )
    log.warning("discovery.watch.failed source=%s error=%s retry=%.0fs", claimed.source_id, error.code, wait)


def end_asked(claimed: ClaimedWatch) -> None:
    """The watch has ended because it was told to; whoever wants may begin again at once."""
    release(claimed, state=WatchState.STARTING, live_since=None, streams_open=0)


def _failures_before(claimed: ClaimedWatch) -> int:
    """How often it has failed in a row before; what was live for a while begins anew."""
    watch = Watch.objects.filter(pk=claimed.source_id).only("live_since", "failures").first()
    if watch is None or (watch.live_since is not None and database_now() - watch.live_since > STEADY):
        return 0
    return watch.failures
