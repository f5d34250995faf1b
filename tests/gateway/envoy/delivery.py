"""A small server of delta ADS for tests: Envoy gets exactly what a test says, and the test learns what Envoy said."""

import queue
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
from envoy.service.discovery.v3 import ads_pb2_grpc, discovery_pb2

from gateway.envoy.resources import CLUSTER, SCOPE, Resource

_WILDCARD = {CLUSTER, SCOPE}
#: In this order, so that each resource finds what it names.
_KINDS = ("TypedExtensionConfig", "Cluster", "RouteConfiguration", "ScopedRouteConfiguration")
_PATIENCE_SECONDS = 20.0


class Refused(AssertionError):
    """Envoy did not take what it was sent; in its words."""


class Delivery(ads_pb2_grpc.AggregatedDiscoveryServiceServicer):
    """What is served now, and what the one connected Envoy has accepted of it."""

    def __init__(self, socket: str) -> None:
        self._served: dict[str, dict[str, Resource]] = {}
        self._accepted: dict[tuple[str, str], str] = {}
        self.refusals: list[str] = []
        self._changed = threading.Condition()
        self._streams: list[queue.Queue] = []
        self._server = grpc.server(ThreadPoolExecutor(max_workers=8))
        ads_pb2_grpc.add_AggregatedDiscoveryServiceServicer_to_server(self, self._server)
        self._server.add_insecure_port(f"unix:{socket}")
        self._server.start()

    def stop(self) -> None:
        self._server.stop(grace=None).wait()

    def serve(self, resources: Iterable[Resource]) -> None:
        """Serves these and nothing else, and returns once Envoy has accepted all. Raises ``Refused``."""
        self.prepare(resources)
        with self._changed:
            for stream in self._streams:
                stream.put(None)
            if not self._changed.wait_for(lambda: self.refusals or self._is_accepted(), _PATIENCE_SECONDS):
                raise TimeoutError("Envoy did not accept what it was sent.")
            if self.refusals:
                raise Refused(self.refusals[0])

    def prepare(self, resources: Iterable[Resource]) -> None:
        """Serves these and nothing else from now on, to an Envoy that is not there yet."""
        with self._changed:
            self.refusals.clear()
            self._served = {}
            for one in resources:
                self._served.setdefault(one.kind, {})[one.name] = one

    def _is_accepted(self) -> bool:
        wanted = {(kind, name): one.version for kind, named in self._served.items() for name, one in named.items()}
        return wanted == self._accepted

    def DeltaAggregatedResources(self, requests: Iterator, context: grpc.ServicerContext) -> Iterator:
        events: queue.Queue = queue.Queue()
        with self._changed:
            self._accepted.clear()
            self._streams = [events]
        threading.Thread(target=_read, args=(requests, events), daemon=True).start()
        yield from _Stream(self, events).responses()

    def accept(self, sent: dict[tuple[str, str], str | None]) -> None:
        with self._changed:
            for place, version in sent.items():
                if version is None:
                    self._accepted.pop(place, None)
                else:
                    self._accepted[place] = version
            self._changed.notify_all()

    def refuse(self, reason: str) -> None:
        with self._changed:
            self.refusals.append(reason)
            self._changed.notify_all()

    def forget(self, places: Iterable[tuple[str, str]]) -> None:
        self.accept(dict.fromkeys(places))

    def served(self, kind: str) -> dict[str, Resource]:
        with self._changed:
            return dict(self._served.get(kind, {}))


def _read(requests: Iterator, events: queue.Queue) -> None:
    try:
        for request in requests:
            events.put(request)
    except grpc.RpcError:
        pass
    events.put("end")


class _Stream:
    """One connection of Envoy: what it subscribed to, what it was sent under which nonce."""

    def __init__(self, delivery: Delivery, events: queue.Queue) -> None:
        self._delivery = delivery
        self._events = events
        self._subscribed: dict[str, set[str]] = {}
        self._sent: dict[tuple[str, str], str] = {}
        self._nonces: dict[str, dict[tuple[str, str], str | None]] = {}
        self._count = 0

    def responses(self) -> Iterator[discovery_pb2.DeltaDiscoveryResponse]:
        while (event := self._events.get()) != "end":
            is_first = event is not None and self._take(event)
            for kind in sorted(self._subscribed, key=lambda kind: _KINDS.index(kind.rpartition(".")[2])):
                response = self._response(kind, is_needed=is_first and kind == event.type_url)
                if response is not None:
                    yield response

    def _take(self, request: discovery_pb2.DeltaDiscoveryRequest) -> bool:
        """Notes what the request says; whether it is the first of its kind, which Envoy waits to have answered."""
        kind = request.type_url
        sent = self._nonces.pop(request.response_nonce, None)
        if sent is not None and request.HasField("error_detail"):
            self._delivery.refuse(request.error_detail.message)
        elif sent is not None:
            self._delivery.accept(sent)
        is_first = kind not in self._subscribed
        names = self._subscribed.setdefault(kind, set())
        names.update(request.resource_names_subscribe)
        for name in request.resource_names_unsubscribe:
            names.discard(name)
            self._sent.pop((kind, name), None)
        self._delivery.forget((kind, name) for name in request.resource_names_unsubscribe)
        return is_first

    def _response(self, kind: str, *, is_needed: bool) -> discovery_pb2.DeltaDiscoveryResponse | None:
        served = self._delivery.served(kind)
        if kind not in _WILDCARD:
            served = {name: one for name, one in served.items() if name in self._subscribed[kind]}
        changed = [one for one in served.values() if self._sent.get((kind, one.name)) != one.version]
        removed = [name for sent_kind, name in self._sent if sent_kind == kind and name not in served]
        if not (changed or removed or is_needed):
            return None
        self._count += 1
        nonce = str(self._count)
        self._nonces[nonce] = {(kind, one.name): one.version for one in changed} | dict.fromkeys(
            (kind, name) for name in removed
        )
        self._sent.update({(kind, one.name): one.version for one in changed})
        for name in removed:
            del self._sent[kind, name]
        return discovery_pb2.DeltaDiscoveryResponse(
            type_url=kind,
            nonce=nonce,
            resources=[
                discovery_pb2.Resource(name=one.name, version=one.version, resource=one.packed()) for one in changed
            ],
            removed_resources=removed,
        )
