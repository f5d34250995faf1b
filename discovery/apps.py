from importlib import import_module

from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "discovery"

    def ready(self) -> None:
        # The rules and the receivers register themselves.
        import_module("discovery.permissions")
        import_module("discovery.receivers")
