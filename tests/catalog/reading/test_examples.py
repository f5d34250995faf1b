import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.reading.examples import REQUEST, RESPONSE, generated, media_example
from catalog.reading.patterns import fitting_text

DEFINITIONS = {
    "#/components/schemas/Score": {
        "type": "object",
        "required": ["id", "parent"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "secret": {"type": "string", "writeOnly": True},
            "score": {"type": "integer", "minimum": 300, "maximum": 999},
            "parent": {"$ref": "#/components/schemas/Score"},
            "history": {"type": "array", "items": {"$ref": "#/components/schemas/Score"}},
            "maybe": {"$ref": "#/components/schemas/Score"},
        },
    },
}
SCORE = {"$ref": "#/components/schemas/Score"}


def test_it_takes_the_example_that_is_given():
    schema = {"type": "string"}
    assert media_example({"schema": schema, "example": None, "examples": {}}, {}).value is None
    named = {"schema": schema, "examples": {"outside": {"externalValue": "/x"}, "short": {"value": "abc"}}}
    found = media_example(named, {})
    assert (found.value, found.source, found.name) == ("abc", "given", "short")
    assert media_example({"schema": schema, "examples": {}}, {}).source == "generated"
    assert media_example({"schema": None, "examples": {}}, {}) is None


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "example": "given"}, "given"),
        ({"type": "string", "examples": ["first", "second"]}, "first"),
        ({"enum": ["A", "B"]}, "A"),
        ({"const": 5}, 5),
        ({"type": "integer", "default": 20}, 20),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": True}, 6),
        ({"type": "integer", "exclusiveMinimum": 5}, 6),
        ({"type": "integer", "maximum": -2}, -2),
        ({"type": "number", "multipleOf": 0.5}, 0.5),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "string", "minLength": 6}, "textte"),
        ({"type": "string", "pattern": "^c-[0-9]{5,9}$"}, "c-00000"),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, []),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}, ["text", 1]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"key": 1}),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 1),
        (
            {"allOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"type": "boolean"}}}]},
            {"a": 1, "b": True},
        ),
        ({"properties": {"a": {"type": "integer"}}, "oneOf": [{"properties": {"b": {"const": 2}}}]}, {"b": 2, "a": 1}),
        ({}, "text"),
        (True, "text"),
        (False, None),
    ],
)
def test_it_makes_a_value_that_fits(schema, value):
    assert generated(schema, {}) == value


def test_it_leaves_out_what_the_direction_does_not_carry_and_what_begins_again():
    assert generated(SCORE, DEFINITIONS, REQUEST) == {"secret": "text", "score": 300, "parent": None, "history": []}
    assert generated(SCORE, DEFINITIONS, RESPONSE) == {"id": "text", "score": 300, "parent": None, "history": []}


def test_it_is_bounded():
    wide = {"type": "object", "properties": {f"p{n}": SCORE for n in range(5000)}}
    assert len(generated(wide, DEFINITIONS)) <= 400
    deep: dict = {"type": "string"}
    for _ in range(150):
        deep = {"type": "array", "items": deep}
    assert str(generated(deep, {})).count("[") <= 10


@pytest.mark.parametrize(
    "pattern",
    [
        "^[A-Z]{3}$",
        r"^\d{4}-\d{2}$",
        "^(EUR|USD)$",
        "^a?b+c*$",
        r"^https://\w+\.example$",
        "^(?:ab){2}[-_]?x$",
        "^[]a]$",
        "c-[0-9]{5,9}",
        "^.{3}$",
    ],
)
def test_it_writes_a_text_that_fits_a_simple_pattern(pattern):
    assert re.search(pattern, fitting_text(pattern))


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$|", r"\bword", "(?=a)b", "[^a]", r"\p{L}", "a{9999}", "(", "[", "a{", "*", "\\", "x" * 300]
)
def test_it_leaves_other_patterns_alone(pattern):
    text = fitting_text(pattern)
    assert text is None or re.search(pattern, text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab[](){}|?*+.^$\\d-0,1", max_size=20))
def test_it_never_fails_for_a_pattern(pattern):
    assert fitting_text(pattern) is None or isinstance(fitting_text(pattern), str)
