"""Adds a source from the command line and asks for its first run."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import system_actor
from common.errors import Conflict, Invalid
from discovery.connectors.base import Parameter
from discovery.installed import connectors
from discovery.parameters import NewUpload
from discovery.permissions import Action
from discovery.sources import SourceMetadata
from discovery.usecases.add_source import add_source


class Command(BaseCommand):
    help = "Add a source and start its first run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", required=True, help="what its connector is called, such as manifests")
        parser.add_argument("--name", required=True, help="what the source is called, in lower case")
        parser.add_argument("--environment", required=True, help="slug of the environment that it looks at")
        parser.add_argument("--owner", help="slug of the team that looks after it")
        told = parser.add_mutually_exclusive_group()
        told.add_argument("--path", type=Path, help="a folder below PORTICO_SOURCES_ROOT, or a file to upload")
        told.add_argument("--kubeconfig", type=Path, help="the kubeconfig of a cluster, for the kind kubernetes")
        told.add_argument("--config", type=Path, help="a JSON or YAML file with the connector's parameters")

        parser.add_argument("--context", help="which context of the kubeconfig to use, the current one without")

    def handle(self, **options: Any) -> None:
        actor = system_actor("command line", Action.SOURCE_MANAGE, Action.SOURCE_RUN)
        metadata: SourceMetadata = {
            "name": options["name"],
            "kind": options["kind"],
            "environment": options["environment"],
            "owner": options["owner"],
            "configuration": _configuration(options),
        }
        try:
            source = add_source(actor=actor, metadata=metadata, now=timezone.now())
        except Invalid as error:
            lines = [f"{field}: {text}" if field else text for field, texts in error.fields.items() for text in texts]
            raise CommandError("\n".join(lines)) from None
        except Conflict as error:
            raise CommandError(error.detail) from None
        self.stdout.write(
            f"Added {source.name}. Its first run is queued and begins as soon as a worker is free.\n"
            f"See it on the page of the source, or wait for it: manage.py run_source {source.name}"
        )


def _configuration(options: dict[str, Any]) -> dict[str, Any]:
    if options["path"]:
        return _from_path(options["kind"], options["path"])
    if options["kubeconfig"]:
        return _from_kubeconfig(options["kind"], options["kubeconfig"], options["context"])
    if options["config"]:
        return _from_file(options["config"])
    return {}


def _from_path(kind: str, path: Path) -> dict[str, Any]:
    """A folder for the connector's parameter that takes one, a file for the one that takes a file."""
    asked = "upload" if path.is_file() else "folder"
    parameter = _first(kind, asked)
    if parameter is None:
        raise CommandError(f"--path: a source of kind {kind} takes no {asked}; name its parameters with --config.")
    if asked == "folder":
        return {parameter.name: str(path.absolute())}
    return {parameter.name: _upload("--path", parameter, path)}


def _from_kubeconfig(kind: str, path: Path, context: str | None) -> dict[str, Any]:
    """The file for the connector's parameter of that name; which context is a parameter of its own."""
    parameter = next((one for one in _parameters(kind) if one.name == "kubeconfig" and one.kind == "upload"), None)
    if parameter is None:
        raise CommandError(f"--kubeconfig: a source of kind {kind} takes none.")
    told = {parameter.name: _upload("--kubeconfig", parameter, path)}
    return {**told, "context": context} if context else told


def _upload(option: str, parameter: Parameter, path: Path) -> NewUpload:
    try:
        if path.stat().st_size > parameter.at_most:
            raise CommandError(f"{option}: the file is larger than the {parameter.at_most:,} bytes that are accepted.")
        return NewUpload(path.name, path.read_bytes())
    except OSError as error:
        raise CommandError(f"{option}: {path} cannot be read: {error.strerror}.") from None


def _first(kind: str, asked: str) -> Parameter | None:
    return next((parameter for parameter in _parameters(kind) if parameter.kind == asked), None)


def _parameters(kind: str) -> tuple[Parameter, ...]:
    connector = connectors().get(kind)
    if connector is None:
        raise CommandError(f"There is no connector of kind {kind}. There are {', '.join(sorted(connectors()))}.")
    return connector.parameters


def _from_file(path: Path) -> dict[str, Any]:
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"--config: {path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CommandError(f"--config: {path} is neither JSON nor YAML: {error}") from None
    if not isinstance(told, dict) or not all(isinstance(name, str) for name in told):
        raise CommandError(f"--config: {path} must hold an object, a value for each parameter.")
    return told
