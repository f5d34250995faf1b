#!/usr/bin/env python
"""Entry point of every command of Portico."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

from portal.env import SettingError
from portal.runtime.errors import CannotStart
from portal.runtime.postgres import for_this_process

# Commands that read or write no row; the embedded database need not run for them.
WITHOUT_DATABASE = frozenset({"check", "collectstatic", "help", "spectacular", "version"})
# Commands that run beside an Envoy, maybe far from the portal: settings of their own, and nothing of the portal's.
BESIDE_ENVOY = frozenset({"gateway_agent", "gateway_run"})


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in BESIDE_ENVOY:
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.gateway_settings"
    try:
        if command.lstrip("-") in WITHOUT_DATABASE | BESIDE_ENVOY:
            execute_from_command_line(sys.argv)
        else:
            with for_this_process():
                execute_from_command_line(sys.argv)
    except (CannotStart, SettingError) as error:
        sys.exit(str(error))
    finally:
        # Whatever is left ends with the process: looking it through once more takes longer than many a command.
        gc.freeze()


if __name__ == "__main__":
    main()
