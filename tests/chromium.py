"""The browser of the journeys: the system's, which a test machine of ours gets when it has none."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def path() -> str | None:
    """The program of an installed Chromium; ``PORTICO_CHROMIUM`` names another."""
    named = os.environ.get("PORTICO_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure() -> None:
    """Chromium is installed, or the process ends with a line on how to install it."""
    if path():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            "The browser journeys need Chromium: install it (Debian: `apt-get install chromium`), "
            "or name a Chrome with PORTICO_CHROMIUM."
        )
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"],
    ):
        if subprocess.run(command, env=environment, check=False).returncode != 0:
            sys.exit("Chromium could not be installed (see the lines above); the browser journeys need it.")


if __name__ == "__main__":
    ensure()
