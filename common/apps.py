from importlib import import_module

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        import_module("common.rest.checks")
        import_module("common.rest.wording").use_own_sentences()
