"""Documents made to hurt. Each gets its verdict in bounded time, and the next document is read as if nothing was."""

import json
import time

import pytest

from catalog.formats.base import ParsedSpecification, Refused
from catalog.formats.loading import BYTES_AT_MOST
from catalog.formats.parsing import parse_specification, parser_sandbox
from common.sandbox import Sandbox
from tests.catalog.formats.documents import as_bytes, openapi, operation

SECONDS_AT_MOST = 20
HEAD = b'openapi: 3.0.3\ninfo: {title: T, version: "1"}\npaths: {}\n'


def alias_bomb(levels: int = 12, width: int = 10) -> bytes:
    lines = [b"x-a0: &a0 [lol, lol, lol]"]
    wide = (b", ".join([b"*a%d" % below] * width) for below in range(levels))
    lines.extend(b"x-a%d: &a%d [%s]" % (level, level, inner) for level, inner in enumerate(wide, start=1))
    return HEAD + b"\n".join(lines)


def long_text_bomb() -> bytes:
    aliases = b", ".join([b"*long"] * 100_000)
    return HEAD + b"x-long: &long " + b"y" * 1_000_000 + b"\nx-many: [" + aliases + b"]\n"


def merge_bomb(levels: int = 30, width: int = 10) -> bytes:
    lines = [b"x-a0: &a0 {k: v, l: w}"]
    for level in range(1, levels):
        merged = b", ".join([b"*a%d" % (level - 1)] * width)
        lines.append(b"x-a%d: &a%d {<<: [%s], k%d: v}" % (level, level, merged, level))
    return HEAD + b"\n".join(lines)


def deep_by_aliases(levels: int = 300) -> bytes:
    lines = [b"x-a0: &a0 [x]"] + [b"x-a%d: &a%d [*a%d]" % (n, n, n - 1) for n in range(1, levels)]
    return HEAD + b"\n".join(lines)


REFUSED = {
    "alias bomb": (alias_bomb(), "too-many-nodes"),
    "alias bomb of ninety-nine aliases": (alias_bomb(levels=12, width=9), "too-many-nodes"),
    "aliases of a long text": (long_text_bomb(), "too-many-nodes"),
    "merge key bomb": (merge_bomb(), "too-many-nodes"),
    "nested YAML": (HEAD + b"x-deep: " + b"[" * 100_000, "too-deep"),
    "nested YAML blocks": (b"".join(b" " * n + b"a:\n" for n in range(1000)), "too-deep"),
    "nested JSON lists": (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too-deep"),
    "nested JSON objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too-deep"),
    "nesting a little too deep": (b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "too-deep"),
    "nesting hidden in aliases": (deep_by_aliases(), "too-deep"),
    "self-reference": (HEAD + b"x-a: &a [*a]", "self-reference"),
    "self-reference by merge key": (HEAD + b"x-a: &a {<<: *a}", "self-reference"),
    "fifty megabytes": (b"a" * 50_000_000, "too-large"),
    "duplicate YAML keys": (HEAD + b"paths: {}\n", "duplicate-key"),
    "duplicate JSON keys": (b'{"openapi": "3.0.3",\n "openapi": "3.1.0"}', "duplicate-key"),
    "keys equal once read": (b'200: a\n"200": b\n', "duplicate-key"),
    "bad UTF-8": (HEAD + b"x-a: \xff\xfe\n", "encoding"),
    "UTF-16": (HEAD.decode().encode("utf-16"), "encoding"),
    "NUL byte in YAML": (HEAD + b"x-a: a\x00b\n", "syntax"),
    "NUL escape in YAML": (HEAD + b'x-a: "a\\0b"\n', "nul-character"),
    "NUL escape in JSON": (b'{"a": "\\u0000"}', "nul-character"),
    "NUL in a JSON key": (b'{"a\\u0000": 1}', "nul-character"),
    "lone surrogate in JSON": (b'{"a": "\\ud800"}', "lone-surrogate"),
    "lone surrogate in YAML": (HEAD + b'x-a: "\\ud800"\n', "syntax"),
    "five megabytes of digits in YAML": (HEAD + b"x-a: " + b"9" * 5_000_000, "number-unfit"),
    "five megabytes of digits in JSON": (b'{"a": ' + b"9" * 5_000_000 + b"}", "number-unfit"),
    "infinite JSON number": (b'{"a": 1e999}', "number-unfit"),
    "JSON constant": (b'{"a": NaN}', "number-unfit"),
    "infinite YAML number": (HEAD + b"x-a: .inf\n", "number-unfit"),
    "several documents": (HEAD + b"---\na: 1\n", "several-documents"),
    "a tag that makes an object": (HEAD + b'x-a: !!python/object/apply:os.system ["id"]\n', "yaml-tag"),
    "a set": (HEAD + b"x-a: !!set {a, b}\n", "yaml-tag"),
    "a key that is a list": (HEAD + b"? [a, b]\n: 1\n", "key-not-text"),
    "a key that is an alias of a list": (HEAD + b"x-a: &a [b]\n*a : 1\n", "key-not-text"),
    "merge key of text": (HEAD + b"x-a: {<<: text}\n", "merge-key"),
    "alias without anchor": (HEAD + b"x-a: *nowhere\n", "syntax"),
    "a page of HTML": (b"\n<!DOCTYPE html>\n<p>Sign in: please", "format-unknown"),
    "nothing": (b"", "empty"),
    "white space": (b" \n\t\n", "empty"),
    "a list": (b"- 1\n", "not-an-object"),
    "an endless flow of lists": (b"[" * 3_000_000, "too-deep"),
    "an endless flow of objects": (b"{" * 3_000_000, "key-not-text"),
    "two million items": (HEAD + b"x-a: [" + b"1," * 2_000_000 + b"1]", "too-many-nodes"),
    "a shared response that grows": (None, "too-large"),
}


def growing_document() -> bytes:
    """Two hundred kilobytes of shared response, used by four hundred operations."""
    shared = {"description": "Shared", "content": {"text/plain": {"example": "x" * 200_000}}}
    paths = {f"/p{n}": {"get": {"responses": {"200": {"$ref": "#/components/responses/S"}}}} for n in range(400)}
    return as_bytes(openapi(paths=paths, components={"responses": {"S": shared}}))


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses(name):
    data, rule = REFUSED[name]
    started = time.monotonic()
    answer = parse_specification(growing_document() if data is None else data)
    assert time.monotonic() - started < SECONDS_AT_MOST
    assert isinstance(answer, Refused)
    assert [finding.rule for finding in answer.findings] == [rule]
    assert rule == "too-large" or answer.findings[0].line >= 1
    assert isinstance(parse_specification(HEAD), ParsedSpecification)


@pytest.mark.parametrize(
    ("data", "rule", "line", "column"),
    [
        (HEAD + b"paths: {}\n", "duplicate-key", 4, 1),
        (b'{"a": 1,\n "b": {"c": 1,\n  "c": 2}}', "duplicate-key", 3, 3),
        (b'{"a": 1,\n}', "syntax", 2, 1),
        (b"a: 1\nb: [1\nc: 2\n", "syntax", 3, 2),
        ("a: ä\nb: é".encode() + b"\xe9", "encoding", 2, 5),
        (b'{"a":\n  123e999}', "number-unfit", 2, 3),
        (HEAD + b"x-a:\n  - .nan\n", "number-unfit", 5, 5),
        (b"a: 1\nb: \x07\n", "syntax", 2, 4),
    ],
)
def test_it_says_at_which_line_and_column(data, rule, line, column):
    finding = parse_specification(data).findings[0]
    assert (finding.rule, finding.line, finding.column) == (rule, line, column)


def test_it_takes_no_document_over_the_limit_and_one_at_it():
    data = HEAD + b"#" * (1000 - len(HEAD))
    assert isinstance(parse_specification(data, limit=1000), ParsedSpecification)
    assert parse_specification(data + b"#", limit=1000).findings[0].rule == "too-large"
    assert BYTES_AT_MOST == 10 * 1024 * 1024


def test_it_reads_a_schema_that_refers_to_itself():
    schemas = {"A": {"$ref": "#/components/schemas/A"}, "B": {"properties": {"b": {"$ref": "#/components/schemas/B"}}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/B"}}}}
    paths = {"/a": {"post": operation(requestBody=body), "parameters": [{"$ref": "#/paths/~1a/parameters/0"}]}}
    parsed = parse_specification(as_bytes(openapi(paths=paths, components={"schemas": schemas})))
    assert parsed.operations[0].definitions == ("#/components/schemas/B",)
    assert parsed.operations[0].fields == ({"in": "request", "path": "b"},)
    assert parsed.operations[0].detail["parameters"] == []


def test_it_reads_a_dense_graph_of_schemas_in_bounded_time():
    count, width = 3000, 8
    schemas = {
        f"S{n}": {
            "type": "object",
            "properties": {
                f"p{k}": {"$ref": f"#/components/schemas/S{(n * 7 + k * 13) % count}"} for k in range(width)
            },
        }
        for n in range(count)
    }
    reply = {"description": "D", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/S1"}}}}
    paths = {f"/p{n}": {"get": {"responses": {"200": reply}}} for n in range(200)}
    started = time.monotonic()
    parsed = parse_specification(as_bytes(openapi(paths=paths, components={"schemas": schemas})))
    assert time.monotonic() - started < SECONDS_AT_MOST
    assert len(parsed.operations) == 200
    assert len(parsed.definitions) == count
    assert len(parsed.operations[0].fields) == 300
    assert len(parsed.operations[0].definitions) == 500


def test_it_never_runs_a_pattern_of_the_document():
    schema = {"type": "string", "pattern": "^(a+)+$", "example": "a" * 50 + "!", "default": "a" * 50 + "!"}
    parameter = {"name": "q", "in": "query", "schema": schema}
    data = as_bytes(openapi(paths={"/a": {"get": operation(parameters=[parameter])}}))
    started = time.monotonic()
    assert isinstance(parse_specification(data), ParsedSpecification)
    assert time.monotonic() - started < 2


def test_it_follows_no_reference_out_of_the_document(tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps({"type": "string", "title": "leaked"}))
    schemas = {
        "F": {"$ref": f"file://{secret}"},
        "H": {"$ref": "http://127.0.0.1:9/s.json"},
        "R": {"$ref": "other.yaml#/A"},
    }
    parsed = parse_specification(as_bytes(openapi(components={"schemas": schemas})))
    assert [finding.rule for finding in parsed.findings] == ["reference-external"] * 3
    assert "leaked" not in str(parsed)


def test_it_reports_a_parser_that_takes_too_long(monkeypatch):
    slow = Sandbox("catalog.formats.worker", wall_seconds=0.05)
    monkeypatch.setattr("catalog.formats.parsing.parser_sandbox", lambda _size: slow)
    answer = parse_specification(HEAD + b"x-a: [" + b"1," * 400_000 + b"1]")
    assert [finding.rule for finding in answer.findings] == ["took-too-long"]


def test_it_uses_one_pool_of_processes():
    assert parser_sandbox(1) is parser_sandbox(1)
