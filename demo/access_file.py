"""Where it is written who calls whom at the demo's bank."""

from pathlib import Path

ACCESS = Path(__file__).resolve().parent / "access.yaml"
