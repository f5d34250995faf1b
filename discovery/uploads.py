"""The files of a source as rows; what is in them is sealed."""

import hashlib
from datetime import datetime

from discovery.configuration import Configured, sealed_file, unsealed_files
from discovery.connectors.base import Misconfigured
from discovery.models import Source, SourceUpload


def store_uploads(source: Source, made: Configured, now: datetime) -> dict[str, tuple[str, str]]:
    """Write what is new, remove what is dropped, and return parameter -> (name before, name after) for what differs."""
    before = {upload.parameter: upload for upload in source.uploads.defer("content")}
    differs: dict[str, tuple[str, str]] = {}
    for parameter, file in made.uploads.items():
        digest, name = hashlib.sha256(file.content).hexdigest(), file.name[:200]
        known = before.get(parameter)
        if known is not None and (known.sha256, known.name) == (digest, name) and _opens(source, known):
            continue
        SourceUpload.objects.update_or_create(
            source=source,
            parameter=parameter,
            defaults={
                "name": name,
                "sha256": digest,
                "size": len(file.content),
                "content": sealed_file(source.name, parameter, file.content),
                "created_at": now,
            },
        )
        differs[parameter] = (known.name if known else "", name)
    gone = [parameter for parameter in before if parameter in made.dropped]
    if gone:
        source.uploads.filter(parameter__in=gone).delete()
        differs |= {parameter: (before[parameter].name, "") for parameter in gone}
    return differs


def _opens(source: Source, upload: SourceUpload) -> bool:
    """Whether its key is still there; without it the same file given again is not the same."""
    try:
        unsealed_files(source, [upload])
    except Misconfigured:
        return False
    return True
