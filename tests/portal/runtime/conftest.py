import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.runtime import binaries, postgres
from portal.runtime import cluster as clusters


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that every account may pass through, unlike pytest's own; servers left in it are ended."""
    ground = Path(tempfile.mkdtemp(prefix="portico-", dir="/tmp"))
    ground.chmod(0o755)
    yield ground
    for state in ground.rglob("database.json"):
        cluster = clusters.find(state.parent)
        assert cluster is not None
        postgres.stop(cluster)
        for folder in (cluster.folder, cluster.sockets):
            if not folder.is_relative_to(ground) and folder.parent in {
                binaries.SYSTEM_FOLDER,
                Path(tempfile.gettempdir()),
            }:
                shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(ground)


@pytest.fixture
def home(ground: Path) -> Path:
    return ground / "home"
