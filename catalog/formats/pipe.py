"""Questions and answers of the parsing process: the values of :mod:`catalog.formats.base` as JSON bytes and back.

Never pickle: what a child process writes after it has read a hostile document is as untrusted as the
document.
"""

from typing import Any

import orjson

from catalog.formats.base import Finding, ParsedOperation, ParsedSpecification, Refused


def dump_question(document: bytes, *, limit: int, version: str) -> bytes:
    """A document with how large it may be and the name it is published under, which may be empty."""
    name = version.encode()
    return b"".join((limit.to_bytes(8, "big"), len(name).to_bytes(2, "big"), name, document))


def load_question(data: bytes) -> tuple[bytes, int, str]:
    """Document, limit and name again."""
    end = 10 + int.from_bytes(data[8:10], "big")
    return data[end:], int.from_bytes(data[:8], "big"), data[10:end].decode()


def dump_answer(answer: ParsedSpecification | Refused) -> bytes:
    return orjson.dumps({"accepted": isinstance(answer, ParsedSpecification), "answer": answer})


def load_answer(data: bytes) -> ParsedSpecification | Refused:
    """The answer again; raises ValueError, TypeError or KeyError when the bytes are not one."""
    content = orjson.loads(data)
    answer: dict[str, Any] = content["answer"]
    findings = tuple(Finding(**finding) for finding in answer["findings"])
    if not content["accepted"]:
        return Refused(findings)
    operations = tuple(_operation(operation) for operation in answer["operations"])
    tuples = {name: tuple(answer[name]) for name in ("servers", "tags", "webhooks")}
    return ParsedSpecification(**{**answer, **tuples, "operations": operations, "findings": findings})


def _operation(values: dict[str, Any]) -> ParsedOperation:
    tuples = {name: tuple(values[name]) for name in ("tags", "fields", "definitions")}
    return ParsedOperation(**{**values, **tuples})
