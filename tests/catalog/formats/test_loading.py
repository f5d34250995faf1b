import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.formats.base import WARNING, Finding, Refusal
from catalog.formats.loading import load


def value(text: str):
    return load(text.encode()).document


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("on", "on"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("+12", 12),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-0.0", -0.0),
        ("1.2.3", "1.2.3"),
        ("--", "--"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("Null", None),
        ("nUll", "nUll"),
        ('"010"', "010"),
        ("'true'", "true"),
        ("!!str 010", "010"),
        ("!!int '7'", 7),
        ("!!timestamp 2020-01-01", "2020-01-01"),
        ("! 12", "12"),
        ("|\n  12\n", "12\n"),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
        ("١٢", "١٢"),
    ],
)
def test_it_reads_scalars_by_the_core_rules_of_yaml_1_2(written, expected):
    read = value(f"a: {written}\n")["a"]
    assert (read, type(read)) == (expected, type(expected))


def test_it_makes_text_of_every_key():
    text = "200: a\n010: b\ntrue: c\n~: d\n1.0: e\n2020-01-01: f\nx-k: &k key\n*k : g\n"
    assert list(value(text)) == ["200", "010", "true", "~", "1.0", "2020-01-01", "x-k", "key"]


def test_it_merges_keys_and_what_is_written_out_wins():
    text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 9}\nd: {<<: *a}\n"
    assert value(text)["c"] == {"x": 9, "y": 2, "z": 4}
    assert value(text)["d"] == {"x": 1, "y": 2}


def test_it_keeps_a_quoted_merge_key_as_a_key():
    assert value('"<<": 1\n') == {"<<": 1}


def test_it_tolerates_a_byte_order_mark():
    assert load(b"\xef\xbb\xbfa: 1").document == {"a": 1}
    assert load(b'\xef\xbb\xbf{"a": 1}').document == {"a": 1}


def test_it_tells_json_from_yaml_by_content():
    assert value('{"a": "on\\/off", "b": [1, 2.5, null]}') == {"a": "on/off", "b": [1, 2.5, None]}
    assert value("{a: on, b: [1, ~]}") == {"a": "on", "b": [1, None]}
    assert value("{}") == {}
    assert value('{"a": "\\ud83d\\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize("text", ["a: 123456789012345678901234567890", '{"a": 123456789012345678901234567890}'])
def test_it_rounds_an_integer_beyond_64_bits_and_says_so(text):
    loaded = load(text.encode())
    assert loaded.document == {"a": 1.2345678901234568e29}
    (warning,) = loaded.warnings
    assert (warning.severity, warning.rule, warning.line) == (WARNING, "number-rounded", 1)


YAML = """openapi: 3.0.3
paths:
  /a/{id}:
    get:
      tags: [one, two]
      responses: {200: {description: x}}
shared: &shared
  inner: 1
used: *shared
"""
JSON = """{
  "openapi": "3.0.3",
  "paths": {
    "/a/{id}": {"get": {
      "tags": ["one",
               "two"],
      "responses": {"200": {"x": [{}, {}]}}}}}}
"""


def places(text, *pointers):
    findings = load(text.encode()).located([Finding("error", "rule", "", pointer) for pointer in pointers])
    return [(finding.line, finding.column) for finding in findings]


def test_it_finds_the_line_of_a_pointer_in_yaml():
    base = "/paths/~1a~1{id}/get"
    pointers = ("", "/paths", base, f"{base}/tags/1", f"{base}/responses/200", f"{base}/responses/404", "/used/inner")
    assert places(YAML, *pointers) == [(1, 1), (2, 1), (4, 5), (5, 19), (6, 19), (6, 7), (9, 1)]


def test_it_finds_the_line_of_a_pointer_in_json():
    base = "/paths/~1a~1{id}/get"
    pointers = ("", "/paths", base, f"{base}/tags/1", f"{base}/responses/200/x/1", f"{base}/nothing")
    assert places(JSON, *pointers) == [(1, 1), (3, 3), (4, 17), (6, 16), (7, 39), (4, 17)]


def test_it_leaves_findings_that_have_a_line():
    finding = Finding("error", "rule", "", "", 7, 3)
    assert load(b"a: 1").located([finding]) == [finding]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_it_raises_nothing_but_refusals_for_any_bytes(data):
    try:
        loaded = load(data)
    except Refusal as refusal:
        assert refusal.findings
    else:
        json.dumps(loaded.document, allow_nan=False).encode()


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}[]:,-?&*!<>|'\"#%@` \n\tab01~.\\u", max_size=60))
def test_it_raises_nothing_but_refusals_for_any_text(text):
    try:
        load(text.encode())
    except Refusal as refusal:
        assert all(finding.line is None or finding.line >= 1 for finding in refusal.findings)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5), inner
        )
    ),
    max_leaves=20,
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.text("ab", max_size=3), VALUES), st.booleans(), st.sampled_from([None, 1]))
def test_it_reads_the_json_that_anybody_writes(document, ascii_only, indent):
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    assert load(text.encode()).document == document
