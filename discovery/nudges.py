"""Messages that say there may be work; the rows say what. Without a broker the work is found within a minute."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def nudge_specifications() -> None:
    """A worker publishes the specifications that are due."""
    _nudge("publish_specifications")


def nudge_fetching() -> None:
    """A worker fetches the specifications that are due."""
    _nudge("fetch_specifications")


def _nudge(task: str) -> None:
    try:
        current_app.send_task(f"discovery.tasks.{task}", retry=False)
    except (OperationalError, OSError) as error:
        log.warning("discovery.nudge_failed task=%s error=%s", task, type(error).__name__)
