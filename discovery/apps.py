from importlib import import_module

from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "discovery"

    def ready(self) -> None:
        # The rules, the receivers and the answers to the catalog register themselves.
        import_module("discovery.permissions")
        import_module("discovery.receivers")
        import_module("discovery.answers")
