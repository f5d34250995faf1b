"""The manifests of a cluster as one file, the way a pipeline would send them."""

import io
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def packed(folder: Path, beside: Mapping[str, bytes]) -> bytes:
    """A zip of the folder with the files ``beside`` among them; the same bytes each time."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for place, content in sorted((files | dict(beside)).items()):
            # An entry without a date of its own has the first one a zip can hold.
            archive.writestr(ZipInfo(place), content, ZIP_DEFLATED)
    return stream.getvalue()
