"""Background work: messages are nudges, rows are the truth.

A task takes keyword ids only, does its work as one use case and may be killed anywhere or run twice. What a lost
message leaves undone is found again from its row by the periodic nudges below; no task sends itself again.
"""

import atexit
import gc
import logging
import os
import warnings
from contextlib import ExitStack
from typing import Any

from celery import Celery, signals
from celery.platforms import SecurityWarning
from kombu.transport import TRANSPORT_ALIASES

from portal.runtime.postgres import for_this_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Root is warned of pickled messages; ours are JSON only.
warnings.simplefilter("ignore", SecurityWarning)
TRANSPORT_ALIASES["folder"] = "common.broker:Transport"

app = Celery("portico")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "purge expired sessions": {"task": "accounts.tasks.purge_expired_sessions", "schedule": 600.0},
    "purge notices": {"task": "accounts.tasks.purge_notices", "schedule": 3600.0},
    "deliver what is due": {"task": "accounts.tasks.deliver_due", "schedule": 10.0, "options": {"expires": 10.0}},
    "refresh search": {"task": "catalog.tasks.refresh_search", "schedule": 20.0},
    # One query of an index that holds what has an end; gateways do not wait for it.
    "expire subscriptions": {
        "task": "marketplace.tasks.expire_subscriptions",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "tell of what expires": {"task": "marketplace.tasks.tell_of_expiry", "schedule": 3600.0},
    "run what is due": {"task": "discovery.tasks.run_due", "schedule": 60.0, "options": {"expires": 60.0}},
    "notice silent gateways": {
        "task": "gateway.tasks.notice_silent",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "keep usage": {"task": "gateway.tasks.keep_usage", "schedule": 3600.0},
}

_database = ExitStack()


@signals.worker_init.connect
@signals.beat_init.connect
def hold_database(**_: Any) -> None:
    """A worker or beat started by itself has its database too, for as long as it runs."""
    _database.enter_context(for_this_process())
    atexit.register(_database.close)
    # Whatever is left ends with the process; looking it through once more would only hold up the end.
    atexit.register(gc.freeze)


@signals.setup_logging.connect
def keep_logging(loglevel: int, **_: Any) -> None:
    """Django has set logging up already; a receiver here is what tells Celery to leave it alone.

    ``--loglevel`` still says how much Celery tells of itself: three lines for each nudge would push what
    `make run` printed out of sight.
    """
    logging.getLogger("celery").setLevel(loglevel)
