from importlib import import_module

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"

    def ready(self) -> None:
        # The rules register themselves, and what pages of the catalog show beside their own.
        import_module("marketplace.permissions")
        import_module("marketplace.answers")
        import_module("marketplace.web.api_parts")
        import_module("marketplace.web.consumer_parts")
        import_module("marketplace.receivers")
