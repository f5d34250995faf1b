"""What the observations of a cluster follow from, as a digest: when it is as before nothing needs to be derived.

Only what was decoded counts, so what controllers write into fields that nobody reads changes nothing.
"""

from hashlib import blake2b

import msgspec

from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.installed import Installed
from discovery.connectors.kubernetes.kinds import KINDS
from discovery.connectors.kubernetes.store import Store

_BYTES = 16
_encoder = msgspec.json.Encoder()


def origin_of(config: Config, installed: Installed, store: Store) -> bytes:
    """The digest of everything; the objects of ``store`` are as they were decoded."""
    digest = blake2b(digest_size=_BYTES)
    kinds = sorted((kind.spoken, version) for kind, version in installed.versions.items())
    digest.update(_encoder.encode((config.cluster, config.namespaces, kinds)))
    for kind in KINDS:
        digest.update(kind.spoken.encode())
        for objects in store.by_namespace(kind):
            digest.update(_encoder.encode(objects))
    return digest.digest()
