"""The connector `manifests`: Services as files describe them, with what stands behind and in front of them."""

import time
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from discovery.connectors.base import (
    Checked,
    Complete,
    Misconfigured,
    Observation,
    Parameter,
    Partial,
    Phase,
    Problem,
    Progress,
    Seen,
    Surroundings,
)
from discovery.connectors.clock import Clock
from discovery.connectors.manifests.config import PARAMETERS, Config, read_config
from discovery.connectors.manifests.files import Files
from discovery.connectors.manifests.places import open_files
from discovery.connectors.manifests.reading import Reading
from discovery.connectors.manifests.specifications import Found, Specifications
from discovery.connectors.objects.model import ServiceObject
from discovery.connectors.objects.observation import observation_of
from discovery.connectors.objects.relations import Relations, as_workloads
from discovery.connectors.problems import Problems

CHECK_SECONDS = 4.0


class Manifests:
    """Reads the manifests of a folder or of an upload."""

    kind: ClassVar[str] = "manifests"
    title: ClassVar[str] = "Kubernetes manifests"
    summary: ClassVar[str] = (
        "Reads Services, their workloads and Ingresses from YAML and JSON files, in a folder or an upload."
    )
    icon: ClassVar[str] = "file-code"
    version: ClassVar[str] = "1"
    parameters: ClassVar[tuple[Parameter, ...]] = PARAMETERS

    def check(self, surroundings: Surroundings) -> Checked:
        """Reads for a few seconds and says what was there."""
        config = read_config(surroundings)
        files = open_files(config, surroundings)
        try:
            reading = Reading(files, config.namespace)
            is_whole = True
            try:
                for _progress in reading.go(Clock(min(surroundings.deadline, time.monotonic() + CHECK_SECONDS))):
                    pass
            except Partial:
                is_whole = False
            if is_whole and not reading.objects and not reading.problems()[0]:
                _refuse_empty_upload(config)
            return Checked(tuple(_sentences(files, reading, is_whole)))
        finally:
            files.close()

    def observe(self, surroundings: Surroundings) -> Iterator[Seen]:
        """The Services of the source, after every file has been read."""
        config = read_config(surroundings)
        files = open_files(config, surroundings)
        try:
            yield from _observed(config, files, Clock(surroundings.deadline))
        finally:
            files.close()


def _observed(config: Config, files: Files, clock: Clock) -> Iterator[Seen]:
    yield Phase("Read files", len(files.paths))
    reading = Reading(files, config.namespace)
    yield from reading.go(clock)
    problems, left_out = reading.problems()
    is_whole = not any(problem.severity == "error" for problem in problems)
    if not reading.objects and is_whole:
        _refuse_empty_upload(config)
        problems.append(Problem("nothing-found", "No file holds an object that is read from manifests.", "warning"))
    relations = Relations(reading.objects)
    bounded = Problems(left_out)
    for problem in problems + relations.problems:
        bounded.add(problem)
    yield from bounded
    yield Phase("Relate", len(relations.services))
    specifications = Specifications(files)
    for count, service in enumerate(relations.services):
        if clock.is_sign_due():
            yield Progress(count)
        found = specifications.of(service)
        if found.problem is not None:
            yield found.problem
        yield _observation(config, service, relations, found, is_whole)
    yield Progress(len(relations.services))
    if is_whole:
        yield Complete("Service")


def _refuse_empty_upload(config: Config) -> None:
    """A folder may be empty, and then its services have gone; a file somebody chose without a manifest is a mistake."""
    if config.upload:
        message = "The upload holds no Service, workload or Ingress."
        raise Misconfigured(message, "Upload a zip archive of manifests, or one YAML or JSON file.")


def _observation(
    config: Config, service: ServiceObject, relations: Relations, found: Found, is_whole: bool
) -> Observation:
    """What could stand in a document that was not read is not known to be absent."""
    behind, exposure = relations.workloads(service), relations.exposure(service)
    workloads = as_workloads(behind)
    return observation_of(
        config.cluster,
        service,
        behind,
        relations.namespace(service.namespace),
        workloads=workloads if workloads or is_whole else None,
        exposure=exposure if exposure.level != "inside" or is_whole else None,
        specification=found.specification,
        specification_read=found.is_read,
    )


def _sentences(files: Files, reading: Reading, is_whole: bool) -> Iterator[str]:
    is_one = len(files.paths) == 1
    they_hold = "It holds" if is_one else "They hold"
    yield f"{len(files.paths):,} {'file' if is_one else 'files'} of YAML or JSON {'was' if is_one else 'were'} found."
    if not is_whole:
        yield f"Only those that could be read in {CHECK_SECONDS:g} seconds were looked at; a run reads them all."
    kinds = Counter(found.kind for found in reading.objects)
    if kinds:
        yield f"{they_hold} {', '.join(f'{count:,} × {kind}' for kind, count in sorted(kinds.items()))}."
    else:
        yield f"{they_hold} no Service, workload or Ingress."
    problems, left_out = reading.problems()
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        first = errors[0]
        line = f" at line {first.line}" if first.line else ""
        count = len(errors) + left_out
        yield f"{count:,} of their documents could not be read; the first is in {first.place}{line}: {first.message}"
