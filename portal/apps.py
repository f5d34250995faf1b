from django.apps import AppConfig

# Importing the application makes it the one that every `shared_task` sends through.
from portal.celery import app as celery_app

__all__ = ["PortalConfig", "celery_app"]


class PortalConfig(AppConfig):
    name = "portal"
