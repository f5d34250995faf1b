"""A connector as a third party would ship it, with what it takes to install it for a test without a network."""

import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def install(folder: Path) -> list[str]:
    """Writes into ``folder`` what pip would, and returns the paths to import from."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    name, version = project["name"], project["version"]
    noted = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    noted.mkdir()
    (noted / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = []
    for group, points in project["entry-points"].items():
        lines.append(f"[{group}]")
        lines.extend(f"{point} = {value}" for point, value in points.items())
    (noted / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return [str(folder), str(HERE)]
