"""One list of an API server from its first page to its last, begun again when it expires on the way."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from discovery.connectors.base import EVERYWHERE, Misconfigured, Unreachable
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.kinds import Kind
from discovery.connectors.kubernetes.replies import Expired, TooLarge, unintelligible

PAGE_SIZE = 500
#: So many times shorter is a page when the one before was too large to be read.
SHORTER = 8
BEGINNINGS_AT_MOST = 3
OBJECTS_AT_MOST = 200_000
#: A page may be shorter than asked for, even empty, and the list still go on.
PAGES_AT_MOST = 10_000


class Listing:
    """The objects of a kind in a namespace or in all, by namespace and name; whole after ``go`` has run to its end.

    ``cut`` makes of an item what is kept of it; what it makes ``None`` of is left out. ``version`` is the moment of the
    cluster that the list shows, from which a watch goes on.
    """

    def __init__(
        self, client: Client, kind: Kind, version: str, namespace: str, cut: Callable[[Any], Any | None]
    ) -> None:
        self.found: dict[tuple[str, str], Any] = {}
        self.version = ""
        self._client, self._kind, self._cut = client, kind, cut
        self._scope = namespace
        self._path = path_of(kind, version, namespace)
        self._what = kind.spoken if namespace == EVERYWHERE else f"{kind.spoken} in namespace {namespace}"

    def go(self) -> Iterator[int]:
        """How many there are after each page; raises ConnectorError.

        The token that comes with an expired list would go on with another moment of the cluster, and what lies
        between would look gone. So everything is read again.
        """
        for beginning in range(1, BEGINNINGS_AT_MOST + 1):
            self.found.clear()
            try:
                yield from self._pages()
                return
            except Expired:
                if beginning == BEGINNINGS_AT_MOST:
                    raise Unreachable(
                        f"The list of {self._what} expired {BEGINNINGS_AT_MOST} times while it was read.",
                        "The API server is slow or restarting; the next run tries again.",
                    ) from None

    def _pages(self) -> Iterator[int]:
        query, seen, size = {}, 0, PAGE_SIZE
        for _number in range(PAGES_AT_MOST):
            page, size = self._page(query, size)
            items = page.items or ()
            if not page.kind.endswith("List"):
                raise unintelligible(self._what)
            seen += len(items)
            if seen > OBJECTS_AT_MOST:
                raise too_many(self._kind)
            for item in items:
                kept = self._cut(item) if self._scope in (EVERYWHERE, item.metadata.namespace) else None
                if kept is not None:
                    self.found[item.metadata.namespace, item.metadata.name] = kept
            self.version = page.metadata.resource_version
            yield len(self.found)
            if not page.metadata.continue_:
                # Every list of an API server is of a moment; what is of none is no evidence that something is gone.
                if not self.version:
                    raise unintelligible(self._what)
                return
            query["continue"] = page.metadata.continue_
        raise unintelligible(self._what)

    def _page(self, query: Mapping[str, str], size: int) -> tuple[Any, int]:
        """The next page, and how long the one after it may be.

        Somebody with a few very large objects in one namespace must not keep all the others from being read.
        """
        while True:
            try:
                page = self._client.get(self._path, self._kind.decoder, self._what, {"limit": str(size), **query})
            except TooLarge:
                if size == 1:
                    raise
                size = max(size // SHORTER, 1)
            else:
                return page, min(size * 2, PAGE_SIZE)


def too_many(kind: Kind) -> Misconfigured:
    return Misconfigured(
        f"The cluster has more than {OBJECTS_AT_MOST:,} {kind.spoken}.", "Name the namespaces to read."
    )


def path_of(kind: Kind, version: str, namespace: str, name: str = "") -> str:
    """Where a list or an object lies in the API."""
    root = f"/apis/{kind.group}/{version}" if kind.group else f"/api/{version}"
    inside = f"/namespaces/{namespace}" if kind.is_namespaced and namespace not in ("", EVERYWHERE) else ""
    return f"{root}{inside}/{kind.resource}{'/' + name if name else ''}"
