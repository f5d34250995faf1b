"""Adds a source from the command line and asks for its first run."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import Actor, system_actor
from common.errors import Conflict, Invalid
from discovery.management.told import add_options, configuration
from discovery.permissions import Action
from discovery.sources import SourceMetadata
from discovery.usecases.add_source import add_source
from discovery.usecases.check_source import check_source


class Command(BaseCommand):
    help = "Add a source and start its first run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", required=True, help="what its connector is called, such as manifests")
        parser.add_argument("--name", required=True, help="what the source is called, in lower case")
        parser.add_argument("--environment", required=True, help="slug of the environment that it looks at")
        parser.add_argument("--owner", help="slug of the team that looks after it")
        parser.add_argument("--path", type=Path, help="a folder below PORTICO_SOURCES_ROOT, or a file to upload")
        parser.add_argument("--config", type=Path, help="a JSON or YAML file with the connector's parameters")
        parser.add_argument("--no-check", dest="check", action="store_false", help="add it without a test connection")
        add_options(parser)

    def handle(self, **options: Any) -> None:
        actor = system_actor("command line", Action.SOURCE_MANAGE, Action.SOURCE_RUN)
        metadata: SourceMetadata = {
            "name": options["name"],
            "kind": options["kind"],
            "environment": options["environment"],
            "owner": options["owner"],
            "configuration": configuration(options["kind"], options),
        }
        try:
            found = _checked(actor, metadata) if options["check"] else ()
            source = add_source(actor=actor, metadata=metadata, now=timezone.now())
        except Invalid as error:
            raise CommandError(_lines(error)) from None
        except Conflict as error:
            raise CommandError(error.detail) from None
        for sentence in found:
            self.stdout.write(sentence)
        self.stdout.write(
            f"Added {source.name}. Its first run is queued and begins as soon as a worker is free.\n"
            f"See it on the page of the source, or wait for it: manage.py run_source {source.name}"
        )


def _lines(error: Invalid) -> str:
    return "\n".join(f"{field}: {text}" if field else text for field, texts in error.fields.items() for text in texts)


def _checked(actor: Actor, metadata: SourceMetadata) -> tuple[str, ...]:
    """What the place answers; raises ``CommandError`` with what to do when it does not."""
    result = check_source(actor=actor, metadata=metadata)
    if not result.is_ok:
        refused = "Nothing was added. With --no-check it is added all the same."
        raise CommandError("\n".join(filter(None, (result.message, result.hint, refused))))
    return result.sentences
