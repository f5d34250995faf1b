"""How much may come by way of a watch: rows are kept when what they stand for is gone.

Somebody who creates and deletes services without end, which any quota of a cluster allows, would fill the database
with what was there for a second. A run sees only what is there at its moment.
"""

from datetime import datetime, timedelta

from discovery.connectors.base import ConnectorError
from discovery.models import DiscoveredService, Source

ARRIVALS_AT_MOST = 10_000
SPAN = timedelta(hours=1)


class TooMany(ConnectorError):
    """More is new than is believed of a watch."""

    code = "too-many-new"


def refuse_too_many(source: Source, new: int, now: datetime) -> None:
    """Raise ``TooMany`` when so many new services are too many, with those that the source had lately; one query."""
    lately = DiscoveredService.objects.filter(source=source.pk, first_seen_at__gt=now - SPAN, watched_at__isnull=False)
    if new + lately.count() > ARRIVALS_AT_MOST:
        raise TooMany(
            f"More than {ARRIVALS_AT_MOST:,} services are new within an hour.",
            "Until that is over only runs read the source. Look who creates and deletes services without end.",
        )
