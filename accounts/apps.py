from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # The rules register themselves, and the schema learns how callers authenticate.
        import_module("accounts.permissions")
        import_module("accounts.rest.authentication")
