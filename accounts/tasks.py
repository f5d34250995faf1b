"""Housekeeping of people's data, nudged by beat."""

from importlib import import_module
from typing import Any

from celery import shared_task
from django.conf import settings


@shared_task
def purge_expired_sessions(**_: Any) -> None:
    """No session row is left whose time is over. The rows themselves say what is due, so any run finds all of it."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
