"""What an agent and its Envoy are told when they start, and where they keep their files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gateway.agent import files


class CannotRun(Exception):
    """Something outside is not as it has to be; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``url`` is the portal's address; ``token`` is asked for anew each time, so that a file with it can be replaced.
    ``port`` and ``bind`` are where the gateway listens, ``home`` is a folder for one agent and its Envoy; ``workers``
    are Envoy's threads, 0 for one a processor, and ``drain_seconds`` is how long requests may take that are under way
    when everything ends."""

    url: str
    token: Callable[[], str] = field(repr=False)
    home: Path
    port: int = 8080
    bind: str = "127.0.0.1"
    version: str = ""
    workers: int = 0
    drain_seconds: int = 3

    @property
    def socket(self) -> Path:
        """Where the agent answers Envoy."""
        return self.home / "agent.sock"

    @property
    def admin_socket(self) -> Path:
        """Where Envoy is administered."""
        return self.home / "envoy.sock"

    @property
    def bootstrap(self) -> Path:
        return self.home / "bootstrap.json"

    def require(self) -> None:
        """Nothing, when there is a token and the folder can be used; raises ``CannotRun``."""
        try:
            if not self.token():
                raise CannotRun(
                    "There is no token: set PORTICO_GATEWAY_TOKEN, or PORTICO_GATEWAY_TOKEN_FILE, to the one that the "
                    "portal showed for this gateway."
                )
            files.ensure_folder(self.home)
        except OSError as error:
            raise CannotRun(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")) from None
