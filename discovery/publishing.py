"""Publishing what rules want published, batch by batch, each in a transaction of its own."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What one batch did."""

    published: int = 0
    specifications: int = 0
    remaining: int = 0


def publish_pending(*, source_id: int, now: datetime, limit: int = 500) -> Published:
    """Publish up to ``limit`` pending services of the source as the system; safe to repeat and to be killed."""
    return Published()
