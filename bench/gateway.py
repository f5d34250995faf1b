"""What enforcing keys costs and how soon it is done: ``python -m bench.gateway`` measures this part of ``make bench``.

It starts all it needs: a portal with its embedded PostgreSQL, a gateway with its agent, an Envoy that only hands
requests on, and nginx behind both.
"""

import argparse
import gzip
import http.client
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec

from bench.answering import answering
from bench.bare_envoy import bare_envoy
from bench.client import Client
from bench.gateway_cost import Side
from bench.gateway_cost import measure as measure_cost
from bench.gateway_process import Gateway, gateway, kill
from bench.gateway_report import PER_SECOND, Figures, Loaded, Restarted, Snapshot, aims, section
from bench.keys import KEYS
from bench.measuring import say
from bench.portico import ROOT, Portico, free_port, running
from bench.revoking import Place, keep_changing
from bench.revoking import measure as measure_revoking
from bench.rewriting import rewritten
from gateway.envoy.compile import Surroundings, compile_api, compile_shared
from gateway.envoy.scopes import owners_of_segments
from gateway.values import Changes

APIS = 1_000
TURNS, REVOKED = 12, 100
SECONDS = 30
_ANSWERS = 3
#: Parts of a portal that work when an agent asks.
_BUILDING = ("control", "database")


def measure(apis: int = APIS, seconds: int = SECONDS) -> Figures:
    """All figures of this part, in a portal and a gateway of their own."""
    with ExitStack() as portal, ExitStack() as rest:
        folder = Path(rest.enter_context(tempfile.TemporaryDirectory(prefix="portico-bench-gateway-")))
        upstream, bare_port, port = free_port(), free_port(), free_port()
        rest.enter_context(answering(folder, upstream))
        bare = rest.enter_context(bare_envoy(folder, bare_port, upstream))
        portico = portal.enter_context(running(PORTICO_DISCOVERY_WORKERS="0"))
        say(f"{apis:,} APIs with {KEYS} keys each: preparing")
        token = _fill(portico, apis, upstream, port)
        client = _administrator(portico)
        snapshot = _snapshot(portico, token)
        under_test = rest.enter_context(gateway(portico, folder / "gateway", port, token))
        asked = Place(apis - 1, 7)
        loaded = _loaded(under_test, asked)
        say("a request, beside plain proxying")
        full = Side(under_test.process("envoy"), port, asked.path, asked.key)
        cost = measure_cost(Side(bare, bare_port, asked.path, asked.key), full, TURNS)
        say("from the click to the refusal")
        revoked = measure_revoking(client, port, [Place(20 + number, 1) for number in range(REVOKED)])
        say("changes while callers go on")
        changed = [
            Place(20 + number % (apis // 2), 2 + number // (apis // 2)) for number in range(PER_SECOND * seconds)
        ]
        flow = keep_changing(portico, port, changed, PER_SECOND)
        peaks = {part: under_test.peak_bytes(part) for part in ("agent", "envoy")}
        portal.close()
        return Figures(apis, snapshot, loaded, cost, revoked, flow, peaks, _restarted(under_test, asked))


def _fill(portico: Portico, apis: int, upstream: int, port: int) -> str:
    """The token of the gateway's agent."""
    portico.command("-m", "bench.generate", "--apis", str(apis))
    portico.command("-m", "bench.keys", "--upstream", str(upstream))
    portico.vacuum()
    url = f"http://127.0.0.1:{port}"
    return portico.command("manage.py", "add_gateway", "bench", "--url", url, "--network", "127.0.0.0/8").strip()


def _administrator(portico: Portico) -> Client:
    command = ("create_api_token", "--name", "bench", "--admin", "--scope", "marketplace")
    return Client(portico, {"Authorization": f"Bearer {portico.command('manage.py', *command).strip()}"})


def _snapshot(portico: Portico, token: str) -> Snapshot:
    """The quickest of a few answers of the portal, and one compilation of it in this process."""
    answers = [_everything(portico, token) for _ in range(_ANSWERS)]
    body, seconds, building = min(answers, key=lambda answer: answer[1])
    begun = time.process_time()
    changes = msgspec.json.decode(gzip.decompress(body), type=Changes)
    read = time.process_time()
    surroundings = Surroundings(
        addresses={"127.0.0.1": ("127.0.0.1",)},
        shares=changes.shares,
        origins=changes.origins,
        owners=owners_of_segments(changes.apis),
    )
    compiled = [compile_api(api, surroundings, now=time.time()) for api in changes.apis]
    shared = compile_shared(compiled)
    spent = time.process_time()
    resources = [*shared, *(one for api in compiled for one in api.resources)]
    return Snapshot(
        keys=sum(len(route.clients) for api in changes.apis for route in api.routes),
        answer_bytes=len(body),
        answer_seconds=seconds,
        building_seconds=building,
        reading_seconds=read - begun,
        compiling_seconds=spent - read,
        resource_bytes=sum(len(one.body) for one in resources),
    )


def _everything(portico: Portico, token: str) -> tuple[bytes, float, float]:
    """The answer, how long it took, and the processor seconds of the portal and its database."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    before = sum(map(portico.processor_ms, _BUILDING))
    begun = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", portico.control_port, timeout=60)
    try:
        line.request("GET", "/api/v1/gateway-agent/changes?since=0&wait=0", headers=headers)
        answer = line.getresponse()
        body = answer.read()
    finally:
        line.close()
    if answer.status != 200:
        raise SystemExit(f"The portal answered {answer.status} to an agent: {body[:200]!r}")
    return body, time.monotonic() - begun, (sum(map(portico.processor_ms, _BUILDING)) - before) / 1000


def _loaded(under_test: Gateway, asked: Place) -> Loaded:
    say("a gateway that knows nothing yet")
    begun = time.monotonic()
    under_test.start()
    return Loaded(under_test.wait_until(asked.path, asked.key, begun))


def _restarted(under_test: Gateway, asked: Place) -> Restarted:
    say("restarts without the portal")
    begun = time.monotonic()
    kill(under_test.process("envoy"))
    time.sleep(0.05)
    envoy = under_test.wait_until(asked.path, asked.key, begun)
    under_test.stop()
    begun = time.monotonic()
    under_test.start()
    return Restarted(envoy, under_test.wait_until(asked.path, asked.key, begun))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "performance.md", help="where figures are put")
    parser.add_argument("--apis", type=int, default=APIS)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of steady changes")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    figures = measure(options.apis, options.seconds)
    document = rewritten(options.output.read_text(encoding="utf-8"), aims(figures), section(figures))
    options.output.write_text(document, encoding="utf-8")
    print("\n".join(f"- {line}" for line in aims(figures)), end="\n\n")
    print(section(figures))
    print(f"\nBefore it {before:.1f} processes wanted to run (1 minute average), after it {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
