"""Requests over HTTP as fast as they are answered: one turn of wrk (Debian's package), and what it says of it."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

_RATE = re.compile(r"^Requests/sec:\s+([\d.]+)", re.MULTILINE)
_COUNT = re.compile(r"^\s+(\d+) requests in ", re.MULTILINE)
_REFUSED = re.compile(r"^\s+Non-2xx or 3xx responses: (\d+)", re.MULTILINE)
_ERRORS = re.compile(r"^\s+Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", re.MULTILINE)
_QUANTILE = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s)$", re.MULTILINE)
_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn sent and got; times in milliseconds. ``refused`` are answers above 399."""

    requests: int
    per_second: float
    p50: float
    p99: float
    refused: int
    errors: int


def program() -> str:
    """The program, or the end with a line on how to install it."""
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("Measuring throughput needs wrk: install it (Debian: `apt-get install wrk`).")
    return found


def turn(url: str, headers: Mapping[str, str], seconds: int = 1, connections: int = CONNECTIONS) -> Turn:
    """One thread of wrk calls the address for so long on so many open connections."""
    named = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [program(), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *named, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    quantiles = {which: float(value) * _MS[unit] for which, value, unit in _QUANTILE.findall(said)}
    return Turn(
        requests=int(_first(_COUNT, said)),
        per_second=_first(_RATE, said),
        p50=quantiles["50"],
        p99=quantiles["99"],
        refused=int(_first(_REFUSED, said)),
        errors=sum(map(int, errors.groups())) if (errors := _ERRORS.search(said)) else 0,
    )


def _first(pattern: re.Pattern[str], text: str) -> float:
    found = pattern.search(text)
    return float(found[1]) if found else 0.0
