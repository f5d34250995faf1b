"""Resolves requirements*.in into locked files with hashes, with the resolver in a throw-away environment."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["--universal", "--generate-hashes", "--python-version", "3.11", "--no-annotate", "--no-header", "--quiet"]
# What is resolved, in this order: the tests are constrained by the runtime.
FILES = {
    "requirements.in": "requirements.txt",
    "tests/requirements.in": "tests/requirements.txt",
    "portal/runtime/node.in": "portal/runtime/node.txt",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        programs = Path(folder) / "bin"
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
        for source, target in FILES.items():
            command = [programs / "uv", "pip", "compile", *OPTIONS, source, "-o", target]
            subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
