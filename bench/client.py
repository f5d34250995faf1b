"""Requests on connections that stay open, with latency and the processor time they cost."""

import http.client
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.portico import Portico


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    method: str = "GET"
    body: bytes | None = None
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Sample:
    """One kind of request, many times. Times are milliseconds; the processor's are per request."""

    clients: int
    p50: float
    p95: float
    per_second: float
    server: float
    database: float

    @property
    def processor(self) -> float:
        return self.server + self.database


class Client:
    """One caller; ``credentials`` are the headers that say who it is."""

    def __init__(self, portico: Portico, credentials: Mapping[str, str]) -> None:
        self.portico = portico
        self.credentials = credentials

    def measure(self, requests: Sequence[Request], *, clients: int = 1) -> Sample:
        """Send the requests, dealt to that many callers at once; anything but success ends the run."""
        dealt = [requests[number::clients] for number in range(clients)]
        latencies: list[list[float]] = [[] for _ in dealt]
        failures: list[BaseException] = []
        threads = [
            threading.Thread(target=self._send_all, args=(share, times, failures))
            for share, times in zip(dealt, latencies, strict=True)
        ]
        server, database = self._spent()
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begun
        if failures:
            raise failures[0]
        server_after, database_after = self._spent()
        every = [latency for times in latencies for latency in times]
        return Sample(
            clients=clients,
            p50=statistics.median(every),
            p95=percentile(every, 95),
            per_second=len(every) / seconds,
            server=(server_after - server) / len(every),
            database=(database_after - database) / len(every),
        )

    def send(self, request: Request) -> bytes:
        """The body of the answer."""
        connection = self._connect()
        try:
            return self._send(connection, request)
        finally:
            connection.close()

    def _spent(self) -> tuple[float, float]:
        return self.portico.processor_ms("web"), self.portico.processor_ms("database")

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.portico.port, timeout=60)

    def _send_all(self, requests: Sequence[Request], times: list[float], failures: list[BaseException]) -> None:
        connection = self._connect()
        try:
            for request in requests:
                begun = time.perf_counter()
                self._send(connection, request)
                times.append((time.perf_counter() - begun) * 1000)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    def _send(self, connection: http.client.HTTPConnection, request: Request) -> bytes:
        headers = {**self.credentials, "Content-Type": request.content_type}
        connection.request(request.method, request.path, request.body, headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{request.method} {request.path} answered {answer.status}: {body[:500]!r}")
        return body


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
