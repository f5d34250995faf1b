"""A message that says there may be something to deliver; the rows say what. Without a broker beat finds it."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def nudge() -> None:
    """A worker delivers what is due."""
    try:
        current_app.send_task("accounts.tasks.deliver_due", retry=False)
    except (OperationalError, OSError) as error:
        log.warning("accounts.nudge_failed error=%s", type(error).__name__)
