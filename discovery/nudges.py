"""Messages that say there may be work; the rows say what. Without a broker the work is found within a minute."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def nudge_specifications() -> None:
    """A worker publishes the specifications that are due."""
    try:
        current_app.send_task("discovery.tasks.publish_specifications", retry=False)
    except (OperationalError, OSError) as error:
        log.warning("discovery.specifications.nudge_failed error=%s", type(error).__name__)
