"""One pass over a cluster: list after list, and what of it could not be read."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from discovery.connectors.base import (
    EVERYWHERE,
    ConnectorError,
    Misconfigured,
    Partial,
    Phase,
    Problem,
    Progress,
)
from discovery.connectors.clock import Clock
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.cut import cutter
from discovery.connectors.kubernetes.installed import Installed
from discovery.connectors.kubernetes.kinds import KINDS, NAMESPACES, SERVICES, WHOLE, Kind
from discovery.connectors.kubernetes.lists import Listing
from discovery.connectors.kubernetes.store import Gaps, Store
from discovery.connectors.objects.model import ObjectUnfit
from discovery.connectors.problems import Problems

#: After so many lists in a row that nobody answered, the rest is not waited for.
SILENT_LISTS_AT_MOST = 2

#: What is not known without a list, by what the list serves.
LOST = {
    "services": "nothing there is marked as missing",
    "workloads": "what stands behind Services stays as it was known",
    "exposure": "from where Services can be reached stays as it was known",
    "claims": "what namespaces say of owner, domain and system is not known",
    "posture": "how the mesh protects Services stays as it was known",
}


_RESOURCES = Counter(kind.resource for kind in KINDS)


class Reading:
    """One pass over a cluster; ``store``, ``gaps`` and ``problems`` are to be asked after ``go`` has run to its end."""

    def __init__(self, client: Client, installed: Installed, namespaces: tuple[str, ...]) -> None:
        self.store = Store()
        self.gaps = Gaps()
        self.problems = Problems()
        self.scopes = namespaces or (EVERYWHERE,)
        self._client, self._installed = client, installed
        self._silent = 0
        self._first_failure: ConnectorError | None = None

    def go(self, clock: Clock) -> Iterator[Phase | Progress]:
        """Read all lists. Objects stay as they were decoded until ``cut`` makes of them what is kept.

        Raises ConnectorError when no Service could be read anywhere, or when nobody answers any more.
        """
        for kind in self._installed.unknown:
            self._miss(kind, EVERYWHERE, "api-out-of-order", f"{kind.spoken}: the API behind it is out of order")
        self.store.absent.update(set(KINDS) - self._installed.versions.keys() - set(self._installed.unknown))
        for kind in KINDS:
            version = self._installed.versions.get(kind)
            if version is not None:
                yield from self._read_kind(kind, version, clock)
            if kind is SERVICES and self._first_failure is not None and self.gaps.count(kind) == len(self.scopes):
                raise self._first_failure

    def cut(self) -> None:
        """What was read is as it is kept; what cannot be read of it is missing."""
        for kind, version in self._installed.versions.items():
            if kind not in WHOLE:
                self.store.cut(kind, self._cut(kind, version))

    def _read_kind(self, kind: Kind, version: str, clock: Clock) -> Iterator[Phase | Progress]:
        yield Phase(f"Read {_named(kind)}")
        before = 0
        for scope in self._scopes_of(kind):
            if not self.gaps.is_read(SERVICES, scope):
                # Nothing is observed there, and one problem for it is enough.
                self.gaps.add(kind, scope)
                continue
            listing = Listing(self._client, kind, version, scope, lambda item: item)
            try:
                for count in listing.go():
                    if clock.is_sign_due():
                        yield Progress(before + count)
            except (Partial, Misconfigured):
                raise
            except ConnectorError as error:
                self._note(kind, scope, error)
                yield Progress(before)
                continue
            self._silent = 0
            self.store.replace(kind, scope, listing.found)
            before = self.store.count(kind)
        yield Progress(before)

    def _scopes_of(self, kind: Kind) -> tuple[str, ...]:
        """A list of all namespaces is a right of its own; whoever reads only some has none to it."""
        if kind is NAMESPACES and self.scopes != (EVERYWHERE,):
            return ()
        return self.scopes

    def _cut(self, kind: Kind, version: str) -> Callable[[Any], Any | None]:
        keep = cutter(kind, version)

        def cut(item: Any) -> Any | None:
            try:
                return keep(item)
            except ObjectUnfit as unfit:
                self._miss(kind, item.metadata.namespace or EVERYWHERE, unfit.code, unfit.message.rstrip("."))
                return None

        return cut

    def _note(self, kind: Kind, scope: str, error: ConnectorError) -> None:
        """The list is missing in this scope only; raises Partial when the API server seems to be gone."""
        self._first_failure = self._first_failure or error
        self._silent = self._silent + 1 if error.transient else 0
        if self._silent > SILENT_LISTS_AT_MOST:
            raise Partial("The API server stopped answering.", error.hint)
        self._miss(kind, scope, error.code, error.message.rstrip("."))

    def _miss(self, kind: Kind, scope: str, code: str, message: str) -> None:
        self.gaps.add(kind, scope)
        severity = "warning" if kind is NAMESPACES else "error"
        place = kind.spoken if scope == EVERYWHERE else f"{kind.spoken} in {scope}"
        self.problems.add(Problem(code, f"{message}; {LOST[kind.serves]}.", severity, place))


def _named(kind: Kind) -> str:
    """As short as it can be told from the others: a page shows two dozen phases beside each other."""
    return kind.resource if _RESOURCES[kind.resource] == 1 else kind.spoken
