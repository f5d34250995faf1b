"""Files of several documents: where they are cut, what is told of the broken ones, and how lists are handed out."""

import json
import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.formats.documents import DEPTH_AT_MOST, Broken, Part
from catalog.formats.json_documents import json_parts
from catalog.formats.yaml_documents import yaml_parts


def whole(parts: list[Part | Broken]) -> list[object]:
    return [part.value for part in parts if isinstance(part, Part)]


def broken(parts: list[Part | Broken]) -> list[tuple[str, int, int | None]]:
    return [(part.finding.rule, part.document, part.finding.line) for part in parts if isinstance(part, Broken)]


CUTS = {
    "one document": (b"a: 1\n", [{"a": 1}]),
    "a marker first": (b"---\na: 1\n", [{"a": 1}]),
    "two documents": (b"a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    "no line break at the end": (b"a: 1\n---\nb: 2", [{"a": 1}, {"b": 2}]),
    "carriage returns": (b"a: 1\r\n---\r\nb: |\r\n  x\r\n", [{"a": 1}, {"b": "x\n"}]),
    "empty documents": (b"---\n# Source: x\n---\n---\na: 1\n---\n", [{"a": 1}]),
    "only comments": (b"# nothing\n\n# here\n", []),
    "nothing": (b"", []),
    "content after the marker": (b"--- {a: 1}\n--- # comment\nb: 2\n", [{"a": 1}, {"b": 2}]),
    "an end marker": (b"a: 1\n...\n---\nb: 2\n...\n", [{"a": 1}, {"b": 2}]),
    "an end marker without a begin marker": (b"a: 1\n...\nb: 2\n", [{"a": 1}, {"b": 2}]),
    "a directive": (b"%YAML 1.2\n---\na: 1\n", [{"a": 1}]),
    "a marker in a block scalar": (b"a: |\n  ---\n  x\nb: 1\n", [{"a": "---\nx\n", "b": 1}]),
    "a longer line of dashes": (b"a: 1\n#\n----\n", []),
    "dashes in a key": (b"---a: 1\n", [{"---a": 1}]),
    "anchors of their own": (b"a: &x 1\n---\nb: &x 2\nc: *x\n", [{"a": 1}, {"b": 2, "c": 2}]),
    "JSON among YAML": (b'{"a": [1]}\n---\nb: 2\n', [{"a": [1]}, {"b": 2}]),
}


@pytest.mark.parametrize("name", CUTS)
def test_a_file_is_cut_into_its_documents(name: str):
    data, expected = CUTS[name]
    assert whole(list(yaml_parts(data))) == expected


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(st.dictionaries(st.text("abc", min_size=1), TEXTS, min_size=1), max_size=6))
def test_documents_that_are_put_together_come_apart_again(documents: list[dict[str, str]]):
    in_yaml = yaml.safe_dump_all(documents, explicit_start=True, default_style='"', allow_unicode=True)
    assert whole(list(yaml_parts(in_yaml.encode()))) == documents
    in_json = "\n".join(json.dumps(document, ensure_ascii=False) for document in documents)
    assert whole(list(json_parts(in_json.encode()))) == documents


BROKEN = {
    "a tab": (b"a: 1\n---\nb:\n\tc: 2\n---\nd: 3\n", [("syntax", 2, 4)]),
    "an open bracket": (b"a: [1\n---\nd: 3\n", [("syntax", 1, 1)]),
    "an open quote": (b'a: "x\n---\nd: 3\n', [("syntax", 1, 1)]),
    "a marker in a quoted text": (b'a: "x\n---\ny"\n---\nd: 3\n', [("syntax", 1, 1)]),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\n---\nd: 3\n", [("syntax", 1, 1)]),
    "a byte that is not UTF-8": (b"# c\n---\na: \xff\n---\nd: 3\n", [("syntax", 1, 3)]),
    "a key that occurs twice": (b"a: 1\na: 2\n---\nd: 3\n", [("duplicate-key", 1, 2)]),
    "a tag": (b"a: !!python/object x\n---\nd: 3\n", [("yaml-tag", 1, 1)]),
    "an anchor of another document": (b"a: &x 1\n---\nb: *x\n---\nd: 3\n", [("syntax", 2, 3)]),
    "nesting": (b"a: " + b"[" * 250 + b"]" * 250 + b"\n---\nd: 3\n", [("too-deep", 1, 1)]),
    "aliases of aliases": (
        b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 10)) for n in range(6))
        + b"---\nd: 3\n",
        [("too-many-nodes", 1, 6)],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_document_is_told_and_hides_none_after_it(name: str):
    data, expected = BROKEN[name]
    parts = list(yaml_parts(data))
    assert broken(parts) == expected
    assert whole(parts)[-1:] == [{"d": 3}]


def test_a_broken_document_keeps_its_text_and_the_line_that_begins_at():
    (part,) = (part for part in yaml_parts(b"a: 1\n---\n# c\nb: [\n---\nc: 1\n") if isinstance(part, Broken))
    assert (part.line, part.raw) == (2, b"---\n# c\nb: [\n")


def test_the_items_of_a_list_come_one_by_one_with_their_lines():
    data = b"apiVersion: v1\nitems:\n- kind: A\n- kind: B\n  more: [{x: 1}]\nkind: ServiceList\nmetadata: {a: {b: 1}}\n"
    assert list(yaml_parts(data)) == [
        Part({"kind": "A"}, 1, 3, "ServiceList"),
        Part({"kind": "B", "more": [{"x": 1}]}, 1, 4, "ServiceList"),
        Part({"apiVersion": "v1", "items": [], "kind": "ServiceList", "metadata": {"a": {"b": 1}}}, 1, 1),
    ]


def test_items_before_a_fault_are_handed_out():
    parts = list(yaml_parts(b"items:\n- kind: A\n- kind: [\nkind: List\n"))
    assert parts[0] == Part({"kind": "A"}, 1, 2, "List")
    assert [rule for rule, *_ in broken(parts)] == ["syntax"]


def test_items_of_a_list_in_json_know_the_kind_that_follows_them():
    data = b'{"items": [{"a": "}]"},\n {"b": [1, {"items": []}]}],\n"kind": "List"}\n[1, 2]\n'
    assert list(json_parts(data)) == [
        Part({"a": "}]"}, 1, 1, "List"),
        Part({"b": [1, {"items": []}]}, 1, 2, "List"),
        Part({"items": [], "kind": "List"}, 1, 1),
        Part([1, 2], 2, 4),
    ]


def test_items_that_are_no_objects_are_part_of_their_document():
    for document in ({"items": [1, {"a": 2}]}, {"items": []}, {"items": {"a": [1]}}, {"x": {"items": [{"a": 1}]}}):
        assert list(json_parts(json.dumps(document).encode())) == [Part(document, 1, 1)]


BROKEN_JSON = {
    "an end too early": (b'{"a": 1}\n{"b": [1,\n', ("syntax", 2, 3)),
    "an open text": (b'{"a": "b\n}', ("syntax", 1, 1)),
    "a bracket too many": (b"{}\n}", ("syntax", 2, 2)),
    "words between": (b'{"a": 1} x {"b": 1}', ("syntax", 2, 1)),
    "a bare word": (b'{"a":\n nope}', ("syntax", 1, 2)),
    "a bad item": (b'{"items": [{"a": 1},\n{"b": nope}]}', ("syntax", 1, 2)),
    "no comma": (b'{"items": [{"a": 1} {"b": 1}]}', ("syntax", 1, 1)),
    "not a number": (b'{"a": NaN}', ("syntax", 1, 1)),
    "bad UTF-8": (b'{"a": "\xff"}', ("syntax", 1, 1)),
    "half a surrogate pair": (b'{"a": "\\ud800"}', ("syntax", 1, 1)),
    "nesting": (b'{"a":\n' + b"[" * 250 + b"]" * 250 + b"}", ("too-deep", 1, 2)),
    "one large object": (b'{"a": "' + b"x" * 6_000_000 + b'"}', ("too-large", 1, 1)),
}


@pytest.mark.parametrize("name", BROKEN_JSON)
def test_broken_json_is_told_with_its_line(name: str):
    data, expected = BROKEN_JSON[name]
    assert broken(list(json_parts(data))) == [expected]


def test_a_level_less_than_too_deep_is_read_in_both():
    document = b"[" * DEPTH_AT_MOST + b"]" * DEPTH_AT_MOST
    assert broken(list(json_parts(document))) == []
    assert broken(list(yaml_parts(document))) == []


@pytest.mark.parametrize("read", [yaml_parts, json_parts])
def test_a_list_needs_the_memory_of_its_largest_item(read: object):
    item = b'{"kind": "Service", "metadata": {"name": "cards", "labels": {"a": "b", "c": "d"}}}'
    data = b'{"items": [\n' + b",\n".join([item] * 5000) + b'\n],\n"kind": "List"}'
    tracemalloc.start()
    count = sum(1 for _ in read(data))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 5001
    # The text, and for JSON where its items lie; the values alone would take 5 MB more.
    assert peak < 2_000_000
