"""Typed readers of the environment.

A value that cannot be read is a loud failure with the variable's name, never a silent default.
Every variable may instead be given as a file: ``NAME_FILE`` names it, its content is the value.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from common.outbound import Network, NotANetwork, networks_of

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})

SECRET_KEY_FILE = "secret-key"  # noqa: S105 - a file name
SECRETS_KEY_FILE = "secrets-key"
DATABASE_FILE = "database.json"
_MAIL_PORTS = {"starttls": 587, "always": 465, "off": 25}
_ROOT = Path(__file__).resolve().parent.parent


class SettingError(Exception):
    """A setting of the environment cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail leaves; ``tls`` is starttls, always or off."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: str


def text(name: str, default: str = "") -> str:
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"{name}_FILE={file} cannot be read: {error.strerror}") from error
    return os.environ.get(name, default)


def boolean(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise SettingError(f"{name}={value} is not a yes or no: use 1 or 0")


def integer(name: str, default: int) -> int:
    value = text(name, str(default)).strip()
    try:
        return int(value)
    except ValueError:
        raise SettingError(f"{name}={value} is not a whole number") from None


def choice(name: str, choices: tuple[str, ...]) -> str:
    """One of ``choices``; the first when nothing is set."""
    value = text(name, choices[0])
    if value not in choices:
        raise SettingError(f"{name}={value} is not one of {', '.join(choices)}")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated values, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def home() -> Path:
    """The data folder: everything that Portico keeps outside its database and its code."""
    return Path(text("PORTICO_HOME", str(_ROOT / ".portico"))).absolute()


def secret_key() -> str:
    """The key that signs sessions: from the environment, or the one that `make run` left in the data folder."""
    key = text("PORTICO_SECRET_KEY")
    if key:
        return key
    try:
        return (home() / SECRET_KEY_FILE).read_text(encoding="utf-8").strip()
    except OSError:
        raise SettingError(
            "There is no secret key: set PORTICO_SECRET_KEY to at least 50 random characters, "
            "or let `make run` make one in PORTICO_HOME"
        ) from None


def secrets_keys() -> list[str]:
    """The keys that seal secrets at rest, the one in use first; without any nothing is sealed."""
    keys = words("PORTICO_SECRETS_KEY")
    if keys:
        return keys
    try:
        return [(home() / SECRETS_KEY_FILE).read_text(encoding="utf-8").strip()]
    except OSError:
        return []


def folder(name: str) -> Path | None:
    """An absolute path, ``None`` when the variable is not set."""
    value = text(name)
    return Path(value).absolute() if value else None


def networks(name: str) -> tuple[Network, ...]:
    """Comma-separated networks, such as 10.0.0.0/8."""
    try:
        return networks_of(words(name))
    except NotANetwork as error:
        raise SettingError(f"{name} has {error.text}, which is not a network such as 10.0.0.0/8") from None


def mail(name: str) -> MailServer | None:
    """The server of a ``smtp://user:password@host:port?tls=starttls`` URL; ``None`` when the variable is not set."""
    value = text(name)
    if not value:
        return None
    parts = urlsplit(value)
    # The URL holds a password, so no message repeats it.
    try:
        port = parts.port
    except ValueError:
        raise SettingError(f"{name} has a port that is not a number") from None
    tls = dict(parse_qsl(parts.query)).get("tls", "starttls")
    if parts.scheme != "smtp" or not parts.hostname:
        raise SettingError(f"{name} is not an address such as smtp://user:password@mail.example.com:587")
    if tls not in _MAIL_PORTS:
        raise SettingError(f"{name} ends in ?tls={tls}: use starttls, always or off")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or _MAIL_PORTS[tls], user, password, tls)


def database_url() -> str:
    """DATABASE_URL, or where the embedded PostgreSQL of the data folder listens. Reads a file, starts nothing.

    Before that database is made there is no address of it, and the answer is one at which nothing answers.
    """
    url = text("DATABASE_URL")
    if url:
        return url
    try:
        state = json.loads((home() / DATABASE_FILE).read_text(encoding="utf-8"))
    except OSError:
        return socket_url(home(), "")
    return socket_url(home() / state["sockets"], state["password"])


def socket_url(folder: Path, password: str) -> str:
    """The URL of the database ``portico`` at the Unix socket in ``folder``, for the role of the same name."""
    return f"postgres://portico:{quote(password)}@/portico?{urlencode({'host': str(folder)})}"


def database(url: str) -> dict:
    """Django's settings for a ``postgres://`` URL; ``?host=/folder`` names a Unix socket."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingError("DATABASE_URL must start with postgres:// or postgresql://; Portico uses PostgreSQL only")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "portico",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }
