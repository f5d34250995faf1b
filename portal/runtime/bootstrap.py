"""Makes the virtual environment and installs the locked requirements; run by the machine's own Python.

Standard library only, and nothing of Portico is imported: there may be neither yet. What is installed already is
recognised by the hash of its requirements file, so that a second call costs a few milliseconds.
"""

import hashlib
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OLDEST_PYTHON = (3, 11)
REQUIREMENTS = {"runtime": ROOT / "requirements.txt", "tests": ROOT / "tests" / "requirements.txt"}


def main(arguments: list[str]) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"Portico needs Python 3.11 or newer and {sys.executable} is {sys.version.split()[0]}: "
            "install one and name it, for example `make run PYTHON=python3.12`."
        )
    folder = Path(arguments[0])
    ensure_environment(folder)
    for name in arguments[1:]:
        install(folder, name)


def ensure_environment(folder: Path) -> None:
    """A virtual environment whose Python starts stands in ``folder``."""
    python = folder / "bin" / "python"
    if python.exists() and subprocess.run([str(python), "-c", ""], check=False).returncode == 0:
        return
    if find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        sys.exit(
            f"{sys.executable} cannot make virtual environments (ensurepip is missing): "
            f"install it, on Debian and Ubuntu with `apt-get install {package}`, and try again."
        )
    print(f"Making the virtual environment {folder}.", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=False)
    if made.returncode != 0:
        sys.exit(f"The virtual environment {folder} could not be made: see the lines above.")


def install(folder: Path, name: str) -> None:
    """The requirements of that name are installed as locked, with their hashes checked."""
    requirements = REQUIREMENTS[name]
    stamp = folder / f".installed-{name}"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    print(f"Installing {requirements.relative_to(ROOT)}; this takes a minute and happens once.", flush=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "-r", str(requirements)], check=False)
    if done.returncode != 0:
        sys.exit("The requirements could not be installed: see the lines above, and check the network.")
    stamp.write_text(wanted, encoding="ascii")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
