from importlib import import_module

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        # The rules and the receivers register themselves.
        import_module("catalog.permissions")
        import_module("catalog.receivers")
