"""What the observations of a namespace follow from, as a digest: where nothing differs nothing needs to be derived.

Only what was decoded counts, so what a controller writes into fields that nobody reads changes no digest. Objects of
kinds that may concern other namespaces than their own are part of the digest of each.
"""

from hashlib import blake2b

import msgspec

from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.installed import Installed
from discovery.connectors.kubernetes.kinds import KINDS, LOCAL
from discovery.connectors.kubernetes.store import Store

_BYTES = 16
_encoder = msgspec.json.Encoder()


def origins_of(config: Config, installed: Installed, store: Store) -> dict[str, bytes]:
    """The digest of each namespace in which there is anything; the objects of ``store`` are as they were decoded."""
    common = blake2b(digest_size=_BYTES)
    common.update(_encoder.encode((config.cluster, config.namespaces, [kind.spoken for kind in installed.versions])))
    for kind in KINDS:
        if kind not in LOCAL:
            common.update(kind.spoken.encode())
            common.update(_encoder.encode(list(store.all(kind))))
    return {namespace: _origin(common.copy(), store, namespace) for namespace in store.namespaces()}


def _origin(digest: blake2b, store: Store, namespace: str) -> bytes:
    for kind in LOCAL:
        digest.update(kind.spoken.encode())
        digest.update(_encoder.encode(list(store.all(kind, (namespace,)))))
    return digest.digest()
