import pytest

from catalog.reading.schemas import shape_of
from catalog.reading.tree import ROWS_AT_MOST, Row, schema_tree
from catalog.reading.words import constraint_words, type_words

REASON = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "weight": {"type": "number"}},
    "required": ["code"],
}
DEFINITIONS = {
    "#/components/schemas/Reason": REASON,
    "#/components/schemas/Band": {"type": "string", "enum": ["A", "B"]},
    "#/components/schemas/Node": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "next": {"$ref": "#/components/schemas/Node"},
            "all": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    },
    "#/components/schemas/Pet": {
        "type": "object",
        "properties": {"kind": {"type": "string"}, "friend": {"$ref": "#/components/schemas/Dog"}},
        "required": ["kind"],
    },
    "#/components/schemas/Dog": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"barks": {"type": "boolean"}}, "required": ["barks"]},
        ]
    },
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def tree(schema, **limits) -> Row:
    return schema_tree(schema, DEFINITIONS, **limits)


def child(row: Row, *names: str) -> Row:
    for name in names:
        row = next(each for each in row.children if each.name == name)
    return row


def all_rows(row: Row) -> list[Row]:
    inside = [*row.children, *(each for choice in row.variants for each in choice.rows)]
    return [row, *(each for inner in inside for each in all_rows(inner))]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"type": "integer", "format": "int64"}, "integer"),
        ({"type": "string", "nullable": True}, "string, nullable"),
        ({"type": ["string", "null"], "format": "uuid"}, "uuid, nullable"),
        ({"type": ["string", "integer"]}, "string or integer"),
        ({"type": "null"}, "null"),
        ({"enum": ["A"]}, "enum"),
        ({"const": 1}, "constant"),
        (ref("Band"), "enum"),
        ({"type": "array", "items": ref("Reason"), "nullable": True}, "array of Reason, nullable"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "number"}}}, "array of array of number"),
        ({"type": "array", "items": ref("Band")}, "array of enum"),
        ({"type": "array"}, "array"),
        ({"items": {"type": "string"}}, "array of string"),
        ({"properties": {"a": {}}}, "object"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "map of integer"),
        ({"type": "object", "additionalProperties": ref("Reason")}, "map of Reason"),
        ({"oneOf": [{"type": "string"}, ref("Reason")]}, "one of 2"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}, "any of 2, nullable"),
        ({}, "any"),
        (True, "any"),
        (False, "nothing"),
        (ref("Nowhere"), "Nowhere"),
    ],
)
def test_it_says_the_type_in_words(schema, words):
    assert type_words(shape_of(schema, DEFINITIONS), DEFINITIONS) == words


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"minimum": 0, "maximum": 999}, ("0 to 999",)),
        ({"minimum": -1, "maximum": 1}, ("−1 to 1",)),
        ({"minimum": 0.5}, ("0.5 or more",)),
        ({"maximum": 10.0}, ("10 or less",)),
        ({"minimum": 0, "exclusiveMinimum": True, "maximum": 5}, ("more than 0 and 5 or less",)),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1}, ("more than 0 and less than 1",)),
        ({"minLength": 5, "maxLength": 9}, ("5 to 9 characters",)),
        ({"minLength": 1}, ("at least 1 character",)),
        ({"maxLength": 9, "minLength": 0}, ("at most 9 characters",)),
        ({"minLength": 3, "maxLength": 3}, ("3 characters",)),
        ({"minItems": 2, "uniqueItems": True}, ("at least 2 items", "no item twice")),
        ({"maxProperties": 3}, ("at most 3 entries",)),
        ({"multipleOf": 0.01}, ("multiple of 0.01",)),
        ({"pattern": "c-[0-9]{5,9}"}, ("pattern c-[0-9]{5,9}",)),
        ({"enum": ["A", 1, None, ""]}, ('one of A, 1, null, ""',)),
        ({"enum": list(range(25))}, ("one of " + ", ".join(map(str, range(20))) + " and 5 more",)),
        ({"const": "x"}, ("always x",)),
        ({"minimum": True, "maxLength": "9", "pattern": 1}, ()),
    ],
)
def test_it_says_constraints_in_words(schema, words):
    assert constraint_words(shape_of(schema, DEFINITIONS)) == words


def test_it_draws_properties_with_what_is_known_of_them():
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string", "readOnly": True, "description": "Number", "example": "c-1"},
            "secret": {"type": "string", "writeOnly": True, "deprecated": True, "default": "x"},
            "flag": {"type": "boolean", "default": False, "examples": [True]},
        },
    }
    root = tree(schema, anchor="response.200")
    first, second, third = root.children
    assert root.anchor == "response.200"
    assert (first.name, first.required, first.read_only, first.description, first.example) == (
        "id",
        True,
        True,
        "Number",
        "c-1",
    )
    assert (second.required, second.write_only, second.deprecated, second.default) == (False, True, True, "x")
    assert (third.default, third.example, third.anchor) == ("false", "true", "response.200.flag")


def test_it_draws_the_properties_of_items_below_their_array():
    root = tree({"type": "object", "properties": {"reasons": {"type": "array", "items": ref("Reason")}}})
    reasons = child(root, "reasons")
    assert reasons.type == "array of Reason"
    assert [(each.name, each.required) for each in reasons.children] == [("code", True), ("weight", False)]


def test_it_shows_recursion_with_the_name_it_recurs_to():
    root = tree(ref("Node"))
    assert root.schema == "Node"
    assert (child(root, "next").recurs_to, child(root, "next").children) == ("Node", ())
    assert (child(root, "all").recurs_to, child(root, "all").type) == ("Node", "array of Node")
    assert not any(each.not_drawn for each in all_rows(root))


def test_it_merges_all_of_and_ends_when_a_part_holds_itself():
    root = tree(ref("Dog"))
    assert [(each.name, each.required) for each in root.children] == [
        ("kind", True),
        ("friend", False),
        ("barks", True),
    ]
    assert child(root, "friend").recurs_to == "Dog"


def test_it_keeps_alternatives_apart():
    schema = {
        "oneOf": [ref("Reason"), {"title": "Bureau", "type": "object", "properties": {"b": {}}}, {"type": "string"}]
    }
    (choice,) = tree(schema).variants
    assert choice.words == "one of 3"
    assert [(each.name, each.type) for each in choice.rows] == [
        ("Reason", "object"),
        ("Bureau", "object"),
        ("variant 3", "string"),
    ]
    assert [each.name for each in choice.rows[0].children] == ["code", "weight"]


def test_it_takes_null_out_of_the_alternatives():
    root = tree({"anyOf": [ref("Reason"), {"type": "null"}]})
    assert root.type == "any of 1, nullable"
    assert len(root.variants[0].rows) == 1


def test_it_draws_maps_patterns_and_tuples():
    root = tree(
        {
            "type": "object",
            "properties": {
                "by_code": {"type": "object", "additionalProperties": ref("Reason")},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "headers": {"type": "object", "patternProperties": {"^X-": {"type": "string"}}},
                "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
            },
        }
    )
    assert [each.name for each in child(root, "by_code", "*").children] == ["code", "weight"]
    assert child(root, "labels").children == ()
    assert child(root, "headers", "/^X-/").type == "string"
    assert [(each.name, each.type) for each in child(root, "pair").children] == [("0", "string"), ("1", "integer")]


def test_it_lets_what_stands_beside_a_reference_win():
    root = tree({"type": "object", "properties": {"band": {**ref("Band"), "description": "Beside"}}})
    assert (child(root, "band").description, child(root, "band").schema) == ("Beside", "Band")


def test_it_says_that_a_reference_leads_to_nothing():
    row = tree({"properties": {"a": ref("Nowhere"), "b": {"$ref": "other.yaml#/X"}}})
    assert [(each.type, each.not_described) for each in row.children] == [("Nowhere", True), ("X", True)]


def test_it_says_what_is_not_drawn_for_its_depth():
    schema: dict = {"type": "object", "properties": {"leaf": {"type": "string"}}}
    for _ in range(12):
        schema = {"type": "object", "properties": {"inner": schema}}
    deepest = child(tree(schema, depth=3), "inner", "inner", "inner")
    assert (deepest.children, deepest.not_drawn) == ((), True)
    assert not child(tree(schema, depth=3), "inner").not_drawn


def test_it_draws_fewer_levels_before_it_leaves_out_properties():
    wide = {"type": "object", "properties": {f"p{n}": {"type": "object", "properties": {}} for n in range(40)}}
    for outer in wide["properties"].values():
        outer["properties"] = {f"q{n}": {"type": "object", "properties": {"r": {}}} for n in range(40)}
    root = tree(wide)
    assert len(all_rows(root)) <= ROWS_AT_MOST + 1
    assert len(root.children) == 40
    assert all(each.not_drawn and not each.children for each in root.children)


def test_it_is_bounded_for_a_dense_graph():
    count = 3000
    dense = {
        f"#/components/schemas/S{n}": {
            "properties": {f"p{k}": ref(f"S{(n * 7 + k * 13) % count}") for k in range(8)},
            "allOf": [ref(f"S{(n + 1) % count}")],
        }
        for n in range(count)
    }
    assert len(all_rows(schema_tree(ref("S1"), dense))) <= ROWS_AT_MOST + 1


def test_it_gives_every_row_an_anchor_of_its_own():
    root = tree({"properties": {"a b": {}, "a-b": {}, "ü": {}, '"><script>': {}}}, anchor="x y")
    anchors = [each.anchor for each in all_rows(root)]
    assert anchors == ["x-y", "x-y.a-b", "x-y.a-b-2", "x-y.-", "x-y.-script-"]


@pytest.mark.parametrize(
    "schema", [None, 3, "text", [], {"properties": 1, "required": 2, "allOf": 3, "type": 4, "items": 5}]
)
def test_it_draws_something_for_any_shape(schema):
    assert tree(schema).name == ""
