from importlib import import_module

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "gateway"

    def ready(self) -> None:
        # The rules, the answers to the rooms below, the receivers, and what stands on their pages register themselves.
        import_module("gateway.permissions")
        import_module("gateway.answers")
        import_module("gateway.calling")
        import_module("gateway.receivers")
        import_module("gateway.web.api_pages")
        import_module("gateway.web.application_pages")
        import_module("gateway.web.application_usage")
