"""curl in a POSIX shell."""

import re
from itertools import pairwise

from catalog.reading.bodies import MULTIPART, OWN_CONTENT, Body, simple_text
from catalog.reading.request import ADDRESS_VARIABLE, KEY_VARIABLE, Request, Text, Variable, joined
from catalog.reading.snippets.quoting import is_deceiving

_BARE = re.compile(r"[A-Z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_PLAIN = re.compile(r"[A-Za-z0-9 _./:=,;?&%+@~-]*")
# What no shell takes for a part of the variable before it.
_APART = ("/", "?", "&")
_NAMES = {Variable.KEY: KEY_VARIABLE, Variable.BASIC: KEY_VARIABLE, Variable.ADDRESS: ADDRESS_VARIABLE}


def curl(request: Request) -> str:
    """The command. No part of a document is an option or a file name: each value follows its option, quoted."""
    in_address = request.query and request.method == "GET" and not request.body
    usual = "POST" if request.body else "GET"
    method = "" if request.method == usual else f"-X {quoted(request.method)} "
    lines = [f"curl -G {shell(request.url)}" if in_address else f"curl {method}{shell(request.full_url())}"]
    multipart = request.body is not None and request.body.media_type.startswith(MULTIPART)
    for name, value in request.headers:
        if Variable.BASIC in value:
            lines.append(f'-u "${KEY_VARIABLE}"')
        elif not (multipart and name == "Content-Type"):
            lines.append(f"-H {shell(joined([f'{name}: ', *value]))}")
    if in_address:
        lines += [f"-d {shell((f'{name}=', *value))}" for name, value in request.query]
    if request.body:
        lines += _form(request.body) if multipart else [f"--data-raw {quoted(request.body.text)}"]
    return " \\\n  ".join(lines)


def shell(text: Text) -> str:
    """One word of the shell; what the reader has stays a variable, everything else is exactly what it says."""
    if not any(isinstance(part, Variable) for part in text):
        return quoted("".join(str(part) for part in text))
    if all(isinstance(part, Variable) or _PLAIN.fullmatch(part) for part in text) and _stand_apart(text):
        return '"' + "".join(part if isinstance(part, str) else f"${_NAMES[part]}" for part in text) + '"'
    return "".join(quoted(part) if isinstance(part, str) else f'"${_NAMES[part]}"' for part in text)


def _stand_apart(text: Text) -> bool:
    """Whether every variable ends where its name does."""
    return all(
        isinstance(before, str) or (isinstance(after, str) and after.startswith(_APART))
        for before, after in pairwise(text)
    )


def quoted(text: str) -> str:
    """One word, exactly as it is, without the characters that would show another command than the one that runs."""
    if _BARE.fullmatch(text):
        return text
    shown = "".join(each for each in text if not (is_deceiving(each) or _CONTROL.match(each)))
    return "'" + shown.replace("'", "'\"'\"'") + "'"


def _form(body: Body) -> list[str]:
    """Fields of a form; a file is one of the reader's own."""
    fields = body.value if type(body.value) is dict else {"file": OWN_CONTENT}
    return [_field(name.replace("=", ""), value) for name, value in fields.items()]


def _field(name: str, value: object) -> str:
    if value == OWN_CONTENT:
        return f"-F {quoted(f'{name}=@file')}"
    return f"--form-string {quoted(f'{name}={simple_text(value)}')}"
