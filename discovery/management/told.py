"""What a source is told on a command line: an option for each parameter of each connector.

A file is named by its path. A secret is read from a file or from standard input, because what stands on a command line
can be seen by other programs and stays in the shell's history.
"""

import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import CommandError

from discovery.connectors.base import Parameter
from discovery.installed import connectors
from discovery.parameters import NewUpload

#: Options of the command itself; a parameter of such a name is told with --config.
OWN = frozenset(
    {"kind", "name", "environment", "owner", "path", "config", "check", "verbosity", "settings", "traceback"}
)
_SECRET_BYTES_AT_MOST = 64 * 1024


def add_options(parser: ArgumentParser) -> None:
    """An option for each parameter that any connector has; what it takes depends on the kind of the source."""
    # An option that is cut short could be taken for another, and a secret for the name of a file.
    parser.allow_abbrev = False
    group = parser.add_argument_group("parameters of the connectors")
    for name, kinds in sorted(_by_name().items()):
        of = ", ".join(sorted(kinds))
        if any(parameter.secret for parameter in kinds.values()):
            group.add_argument(_option(name), dest=name, nargs="*", help=SUPPRESS)
            group.add_argument(
                f"{_option(name)}-file", dest=_file(name), metavar="FILE", help=f"a file with the secret, or - ({of})"
            )
        else:
            group.add_argument(_option(name), dest=name, nargs="*", metavar=_metavar(kinds.values()), help=f"({of})")


def configuration(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that were told, by name; raises ``CommandError`` with what to do about one that cannot be."""
    parameters = {parameter.name: parameter for parameter in parameters_of(kind)}
    told: dict[str, Any] = _from_file(options["config"]) if options.get("config") else {}
    for name in _by_name():
        given = [one for one in (name, _file(name)) if options.get(one) is not None]
        if given and name not in parameters:
            raise CommandError(f"{_option(name)}: a source of kind {kind} takes none. It takes {_options(parameters)}.")
        if given:
            told[name] = _value(parameters[name], options)
    if options.get("path"):
        told |= _from_path(kind, options["path"])
    return told


def parameters_of(kind: str) -> tuple[Parameter, ...]:
    connector = connectors().get(kind)
    if connector is None:
        raise CommandError(f"There is no connector of kind {kind}. There are {', '.join(sorted(connectors()))}.")
    return connector.parameters


def _by_name() -> dict[str, dict[str, Parameter]]:
    """Parameters by their name and the kind of source that has them."""
    found: dict[str, dict[str, Parameter]] = {}
    for kind, connector in connectors().items():
        for parameter in connector.parameters:
            if parameter.name not in OWN:
                found.setdefault(parameter.name, {})[kind] = parameter
    return found


def _value(parameter: Parameter, options: Mapping[str, Any]) -> Any:
    option = _option(parameter.name)
    if parameter.secret:
        if options.get(parameter.name) is not None:
            raise CommandError(
                f"{option}: a secret does not belong on the command line, where other programs see it. Give a file "
                f"with {option}-file, or - to read it from standard input."
            )
        return _secret(f"{option}-file", str(options[_file(parameter.name)]))
    values = _words(options[parameter.name])
    if parameter.kind == "lines":
        return values
    if parameter.kind == "boolean" and not values:
        return True
    if len(values) != 1:
        raise CommandError(f"{option}: give one value.")
    return upload(option, parameter, Path(values[0])) if parameter.kind == "upload" else values[0]


def upload(option: str, parameter: Parameter, path: Path) -> NewUpload:
    """The file at the path; raises ``CommandError``."""
    try:
        if path.stat().st_size > parameter.at_most:
            raise CommandError(f"{option}: the file is larger than the {parameter.at_most:,} bytes that are accepted.")
        return NewUpload(path.name, path.read_bytes())
    except OSError as error:
        raise CommandError(f"{option}: {path} cannot be read: {error.strerror}.") from None


def _secret(option: str, path: str) -> str:
    """Without the line break that ends most files."""
    try:
        if path == "-":
            text = sys.stdin.read(_SECRET_BYTES_AT_MOST)
        else:
            with Path(path).open(encoding="utf-8") as file:
                text = file.read(_SECRET_BYTES_AT_MOST)
    except OSError as error:
        raise CommandError(f"{option}: the file cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{option}: the file is not text in UTF-8.") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise CommandError(f"{option}: there is nothing in it.")
    return text


def _from_path(kind: str, path: Path) -> dict[str, Any]:
    """A folder for the connector's parameter that takes one, a file for the one that takes a file."""
    asked = "upload" if path.is_file() else "folder"
    parameter = next((one for one in parameters_of(kind) if one.kind == asked), None)
    if parameter is None:
        raise CommandError(f"--path: a source of kind {kind} takes no {asked}; name its parameters with --config.")
    return {parameter.name: str(path.absolute()) if asked == "folder" else upload("--path", parameter, path)}


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


def _words(given: Any) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list | tuple) else [str(given)]


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _file(name: str) -> str:
    return f"{name}_file"


def _options(parameters: Mapping[str, Parameter]) -> str:
    shown = [f"{_option(name)}-file" if one.secret else _option(name) for name, one in parameters.items()]
    return ", ".join(shown) or "no parameters"


def _metavar(parameters: Iterable[Parameter]) -> str:
    return "FILE" if all(parameter.kind == "upload" for parameter in parameters) else "VALUE"
