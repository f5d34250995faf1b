"""Requests for resources: what is listed, watched, fetched by name or written."""

from collections.abc import Callable

from demo.cluster import statuses
from demo.cluster.asked import Asked, Refused, options
from demo.cluster.cluster import Cluster
from demo.cluster.lists import listed
from demo.cluster.selectors import BadSelector
from demo.cluster.statuses import Reply, Stream
from demo.cluster.store import Collection
from demo.cluster.watches import Watch
from demo.cluster.writing import write


def reached(cluster: Cluster, request: Asked, has_left: Callable[[], bool]) -> Reply | Stream:
    """The reply to an authorised request for a resource; raises ``Refused``."""
    collection = _collection(cluster, request)
    kind = collection.kind
    headers = {"Warning": f'299 - "{kind.warning}"'} if kind.warning else {}
    if request.method not in ("GET", "HEAD"):
        return write(cluster, collection, request)
    if request.name:
        found = cluster.store.get(kind.group, kind.plural, _namespace(request, collection), request.name)
        if found is None:
            return statuses.object_not_found(kind.qualified, request.name)
        return Reply(200, found.written(kind, request.version) + b"\n", headers=headers)
    try:
        wanted = options(request.query, kind)
    except BadSelector as error:
        return statuses.bad_request(str(error))
    if not request.is_watch:
        reply = listed(cluster.store, cluster.pages, collection, request, wanted)
        return Reply(reply.status, reply.body, reply.content_type, headers, reply.compressed)
    if collection.is_initializing:
        collection.is_initializing = False
        return statuses.storage_initializing()
    watch = Watch(cluster.store, collection, request, wanted, cluster.faults, cluster.pace, has_left)
    return Stream(watch.lines(), headers)


def _collection(cluster: Cluster, request: Asked) -> Collection:
    """The objects of the kind asked for; raises ``Refused`` with the way in which it is missing."""
    if request.group in cluster.unavailable:
        raise Refused(statuses.text(503, "service unavailable"))
    served = [kind for kind in cluster.kinds() if kind.group == request.group and request.version in kind.versions]
    if not served:
        raise Refused(statuses.page_not_found())
    collection = cluster.store.find(request.group, request.resource)
    if collection is None or request.version not in collection.kind.versions or request.subresource:
        raise Refused(statuses.resource_not_found())
    return collection


def _namespace(request: Asked, collection: Collection) -> str:
    return request.namespace if collection.kind.is_namespaced else ""
