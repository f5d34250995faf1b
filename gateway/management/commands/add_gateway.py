"""Adds a gateway from the command line, and gives the token of its agent to a file or to stdout."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import system_actor
from common.errors import PorticoError
from gateway.gateways import GatewayMetadata
from gateway.models import Gateway
from gateway.permissions import Action
from gateway.tokens import digest_of
from gateway.usecases.add_gateway import add_gateway
from gateway.usecases.edit_gateway import edit_gateway
from gateway.usecases.rotate_gateway_token import rotate_gateway_token

_ACTOR = system_actor("command line", Action.GATEWAY_MANAGE)


class Command(BaseCommand):
    help = "Add a gateway and give the token of its agent; it cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="its short name")
        parser.add_argument("--url", required=True, help="where callers reach it")
        parser.add_argument("--title")
        parser.add_argument("--team", help="short name of the team that maintains it")
        parser.add_argument("--environment", action="append", help="one that it carries; all by default")
        parser.add_argument("--network", action="append", help="where its upstreams may be, besides public addresses")
        parser.add_argument("--closed-port", action="append", type=int, help="one of its machine that is no upstream")
        parser.add_argument("--token-file", type=Path, help="write the token there, for its owner only to read")
        parser.add_argument(
            "--ensure", action="store_true", help="change the gateway of that name if there is one; needs --token-file"
        )

    def handle(self, **options: Any) -> None:
        file: Path | None = options["token_file"]
        if options["ensure"] and file is None:
            raise CommandError("--ensure needs --token-file, to know whether the token is still the gateway's.")
        try:
            token = _ensured(options) if options["ensure"] else _added(options)
        except PorticoError as error:
            raise CommandError(error.detail) from None
        if token is None:
            return
        if file is None:
            self.stdout.write(token)
        else:
            _keep(file, token)


def _added(options: dict[str, Any]) -> str:
    return add_gateway(actor=_ACTOR, slug=options["slug"], metadata=_metadata(options), now=timezone.now())[1]


def _ensured(options: dict[str, Any]) -> str | None:
    """A new token, ``None`` when the one in the file is the gateway's."""
    gateway = Gateway.objects.filter(slug=options["slug"]).first()
    if gateway is None:
        return _added(options)
    edit_gateway(actor=_ACTOR, gateway=gateway, metadata=_metadata(options), now=timezone.now())
    try:
        known = options["token_file"].read_text(encoding="utf-8").strip()
    except OSError:
        known = ""
    if digest_of(known) == gateway.token_digest:
        return None
    return rotate_gateway_token(actor=_ACTOR, gateway=gateway, now=timezone.now())


def _metadata(options: dict[str, Any]) -> GatewayMetadata:
    metadata: GatewayMetadata = {"url": options["url"]}
    named = {"title": "title", "team": "team", "environments": "environment"}
    named |= {"networks": "network", "closed_ports": "closed_port"}
    for name, option in named.items():
        if options[option] is not None:
            metadata[name] = options[option]  # type: ignore[literal-required]
    return metadata


def _keep(file: Path, token: str) -> None:
    """The file is made unreadable for others before the token is in it, and is whole at any moment."""
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600, exist_ok=False)
    beside.write_text(f"{token}\n", encoding="utf-8")
    beside.replace(file)
