"""A connector that yields what its source's configuration says, step by step, and that a test can hold at a step.

A step is a mapping with one member: ``observe`` (the fields of an observation), ``complete`` ([kind, namespace]),
``problem``, ``phase``, ``progress``, ``hold`` (the path of a file: waits until it is there), ``raise`` (the name of an
error) or ``silence`` (seconds without a sign of life). ``{token}`` in a text stands for the source's secret.
"""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from discovery.connectors import base

HOLD_SECONDS = 60
TELLING = ("telling", "mistake", "exit")
ERRORS = {
    "misconfigured": base.Misconfigured("The place has no such folder.", "Name another."),
    "refused": base.Refused("The place said no.", "Ask for access."),
    "unreachable": base.Unreachable("The place did not answer.", "Try again."),
    "partial": base.Partial("The rest could not be read.", "Try again."),
}


class Scripted:
    kind = "scripted"
    title = "Scripted"
    summary = "Yields what it is told."
    icon = "file"
    version = "1.0"
    parameters = (base.Parameter("steps", "Steps"), base.Parameter("token", "Token", secret=True, required=False))

    def check(self, surroundings: base.Surroundings) -> base.Checked:
        told = surroundings.configuration["steps"]
        if told in TELLING:
            raise error_of(told, surroundings)
        return base.Checked(
            ("Everything is there.", f"Asked with {surroundings.configuration.get('token', 'nothing')}.")
        )

    def observe(self, surroundings: base.Surroundings) -> Iterator[base.Seen]:
        for step in _telling(surroundings):
            ((verb, value),) = step.items()
            if verb == "hold":
                yield from _held(Path(value))
            elif verb == "silence":
                time.sleep(value)
            elif verb == "raise":
                raise error_of(value, surroundings)
            else:
                yield _yielded(verb, value)


def _telling(surroundings: base.Surroundings) -> list[Mapping[str, Any]]:
    """The steps, in which ``{token}`` stands for the source's secret."""
    token = surroundings.configuration.get("token", "")
    return json.loads(json.dumps(surroundings.configuration["steps"]).replace("{token}", token))


def _held(gate: Path) -> Iterator[base.Seen]:
    """Say that the step is reached, then wait, alive, until the file is there."""
    gate.with_suffix(".reached").touch()
    deadline = time.monotonic() + HOLD_SECONDS
    while not gate.exists() and time.monotonic() < deadline:
        yield base.Progress(0)
        time.sleep(0.05)


def error_of(name: str, surroundings: base.Surroundings) -> BaseException:
    if name in ERRORS:
        return ERRORS[name]
    token = surroundings.configuration.get("token", "")
    if name == "exit":
        return SystemExit(f"the token is {token}")
    if name == "telling":
        return base.Refused(f"The place refused the token {token}.", f"Is {token} right?")
    return ValueError(f"{name}: the token is {token}")


def _yielded(verb: str, value: Any) -> base.Seen:
    if verb == "observe":
        return observation(value)
    if verb == "complete":
        return base.Complete(*value)
    if verb == "problem":
        return base.Problem(**value)
    if verb == "phase":
        return base.Phase(*value)
    if verb == "progress":
        return base.Progress(value)
    return value


def observation(fields: Mapping[str, Any]) -> base.Observation:
    """An observation of these fields; ``name`` alone is enough, and ``key`` follows from namespace and name."""
    fields = {"kind": "Service", "namespace": "default", **fields}
    fields.setdefault("key", f"{fields['namespace']}/{fields['name']}")
    if "endpoints" in fields:
        endpoints = tuple(base.Endpoint(**endpoint) for endpoint in fields.pop("endpoints"))
        fields["exposure"] = base.Exposure("internet", endpoints)
    if "specification" in fields:
        fields["specification"] = base.FoundSpecification("openapi.yaml", fields["specification"].encode())
    if "workloads" in fields and fields["workloads"] is not None:
        fields["workloads"] = tuple(base.Workload(**workload) for workload in fields["workloads"])
    if "claims" in fields:
        fields["claims"] = tuple(base.Claim(*claim) for claim in fields["claims"])
    return base.Observation(**fields)
