"""Lists: pages that show one version throughout, in the two shapes that built-in and custom kinds have."""

import base64
import gzip
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence

import orjson

from demo.cluster.asked import Asked, Options, Refused
from demo.cluster.kinds import Kind
from demo.cluster.objects import Stored
from demo.cluster.statuses import Reply, bad_request, failure, too_large_version
from demo.cluster.store import Collection, Key, Store

_ANY_VERSION = -1
_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)
_EXPIRED_VERSION = "The resourceVersion for the provided list is too old."
_METADATA_ONLY = "as=PartialObjectMetadataList"
_PREPARED_BYTES = 256 * 1024 * 1024


class Pages:
    """Pages that were written before, for as long as nothing changes: serving a large cluster costs little."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[tuple, Reply] = OrderedDict()
        self._size = 0

    def find(self, key: tuple) -> Reply | None:
        with self._lock:
            return self._pages.get(key)

    def keep(self, key: tuple, body: bytes) -> Reply:
        made: list[bytes] = []

        def compressed() -> bytes:
            if not made:
                made.append(gzip.compress(body, 1, mtime=0))
            return made[0]

        reply = Reply(200, body, compressed=compressed)
        with self._lock:
            self._pages[key] = reply
            self._size += len(body)
            while self._size > _PREPARED_BYTES:
                self._size -= len(self._pages.popitem(last=False)[1].body)
        return reply


def listed(store: Store, pages: Pages, collection: Collection, request: Asked, options: Options) -> Reply:
    """A page, or everything; raises ``Refused``."""
    with store.lock:
        version, start = _position(store, options)
        key = (collection.kind, request.version, request.namespace, version, start, _limit(options), options.selectors)
        key += (_METADATA_ONLY in request.headers.get("Accept", ""),)
        if (known := pages.find(key)) is not None:
            return known
        keys, objects = collection.at(version)
        chosen, rest = _chosen(keys, objects, request.namespace, start, options)
    metadata: dict[str, object] = {"resourceVersion": str(version)}
    if rest:
        metadata["continue"] = _token(version, (chosen[-1].namespace, chosen[-1].name))
        if not options.is_selective:
            metadata["remainingItemCount"] = rest
    return pages.keep(key, _body(collection.kind, request, metadata, chosen))


def _position(store: Store, options: Options) -> tuple[int, Key | None]:
    """The version to show and the object after which the page starts."""
    if options.token:
        version, start = _read_token(options.token)
        if version == _ANY_VERSION:
            return store.version, start
        if version < store.readable_from:
            fresh = _token(_ANY_VERSION, start)
            raise Refused(failure(410, "Expired", _TOO_OLD, token=fresh))
        return version, start
    wanted = options.version or 0
    if wanted > store.version:
        raise Refused(too_large_version(wanted, store.version))
    is_exact = options.match == "Exact" or (not options.match and options.limit and wanted)
    if not is_exact:
        return store.version, None
    if wanted < store.readable_from:
        raise Refused(failure(410, "Expired", _EXPIRED_VERSION))
    return wanted, None


def _chosen(
    keys: Sequence[Key], objects: dict[Key, Stored], namespace: str, start: Key | None, options: Options
) -> tuple[list[Stored], int]:
    """The objects of the page, and how many there are after them."""
    low = bisect_left(keys, (namespace, "")) if namespace else 0
    high = bisect_left(keys, (f"{namespace}\0", "")) if namespace else len(keys)
    if start is not None:
        low = max(low, bisect_left(keys, (start[0], f"{start[1]}\0")))
    limit = _limit(options)
    if not options.is_selective:
        end = min(low + limit, high) if limit else high
        return [objects[key] for key in keys[low:end]], high - end
    found = [objects[key] for key in keys[low:high] if options.accepts(objects[key])]
    return (found[:limit], len(found) - limit) if limit and len(found) > limit else (found, 0)


def _limit(options: Options) -> int:
    """None when any version will do: then the watch cache answers, and it does not know pages."""
    return options.limit if options.version != 0 or options.token else 0


def _body(kind: Kind, request: Asked, metadata: dict[str, object], chosen: Sequence[Stored]) -> bytes:
    meta = orjson.dumps(metadata)
    if _METADATA_ONLY in request.headers.get("Accept", ""):
        partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
        items = b",".join(orjson.dumps(partial | {"metadata": stored.body()["metadata"]}) for stored in chosen)
        head = b'{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":'
        return b"".join((head, meta, b',"items":[', items, b"]}\n"))
    name, version = kind.name.encode(), kind.api_version(request.version).encode()
    items = b",".join([stored.listed(kind, request.version) for stored in chosen])
    if kind.is_custom:
        tail = b'],"kind":"' + name + b'List","metadata":' + meta + b"}\n"
        return b"".join((b'{"apiVersion":"', version, b'","items":[', items, tail))
    head = b'{"kind":"' + name + b'List","apiVersion":"' + version + b'","metadata":'
    return b"".join((head, meta, b',"items":[', items, b"]}\n"))


def _token(version: int, after: Key | None) -> str:
    """Opaque to clients, and for all that JSON in base64 as the server's own."""
    namespace, name = after or ("", "")
    start = {"v": "meta.k8s.io/v1", "rv": version, "start": f"{namespace}/{name}\0"}
    return base64.urlsafe_b64encode(orjson.dumps(start)).rstrip(b"=").decode()


def _read_token(token: str) -> tuple[int, Key]:
    try:
        read = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = read["start"].rstrip("\0").partition("/")
        return int(read["rv"]), (namespace, name)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(bad_request(f"continue key is not valid: {error}")) from error
