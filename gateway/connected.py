"""Which gateways are connected: their agents are heard, and their Envoys are there. Limits are divided among those.

What the count follows from is kept in the row, so that everybody divides by the same number and hears of a new one: a
change of it is a generation without APIs, for who follows gets the shares with every answer.
"""

from datetime import datetime, timedelta

from gateway.models import Gateway
from marketplace.generations import advance

#: After this long without a sign of life a gateway is out of contact.
SILENT_AFTER = timedelta(seconds=60)


def count_in(gateway_id: int, *, is_serving: bool, now: datetime) -> bool:
    """Whether the gateway counts from now on and did not before, or the other way round; everybody hears of it.

    The last statement of its transaction.
    """
    changed = Gateway.objects.filter(pk=gateway_id, is_counted=not is_serving).update(is_counted=is_serving)
    if changed:
        advance([], now)
    return bool(changed)


def leave_out_silent(now: datetime) -> int:
    """How many gateways counted and were not heard of for too long; they do not any more, and everybody hears of it.

    The last statement of its transaction.
    """
    silent = Gateway.objects.filter(is_counted=True, heard_at__lt=now - SILENT_AFTER)
    changed = silent.update(is_counted=False)
    if changed:
        advance([], now)
    return changed
