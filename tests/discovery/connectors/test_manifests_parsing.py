"""One file of whatever bytes: what is read, what is told, and what is nobody's problem."""

import copy
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.base import Problem
from discovery.connectors.manifests.parse import read_objects
from discovery.connectors.objects.model import ServiceObject
from tests.discovery.connectors.sources import PAYLOADS, service

ROOT = Path(__file__).resolve().parents[3]


def read(data: bytes | str, path: str = "a.yaml") -> tuple[list[str], list[tuple[str, int | None, int | None]]]:
    """The names of the objects, and code, document and line of the problems."""
    found = list(read_objects(path, data.encode() if isinstance(data, str) else data, "default"))
    names = [item.name for item in found if item is not None and not isinstance(item, Problem)]
    return names, [(item.code, item.document, item.line) for item in found if isinstance(item, Problem)]


GOOD = {
    "a byte order mark": b"\xef\xbb\xbf" + service().encode(),
    "carriage returns": service().replace("\n", "\r\n"),
    "comments before it": "# Licence\n# of it\n\n" + service(),
    "a merge key": "x: &m {name: cards}\napiVersion: v1\nkind: Service\nmetadata: {<<: *m}\n",
    "tags of plain data": "apiVersion: !!str v1\nkind: Service\nmetadata: {name: !!str cards}\n",
    "JSON in a YAML file": json.dumps({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "cards"}}),
    "a list in a list": "kind: List\napiVersion: v1\nitems:\n- {kind: List, apiVersion: v1, items: [{apiVersion: v1, "
    "kind: Service, metadata: {name: cards}}]}\n",
    "a list in flow style": "{kind: List, items: [{apiVersion: v1, kind: Service, metadata: {name: cards}}]}",
    "a list with its kind last": "{items: [{apiVersion: v1, kind: Service, metadata: {name: cards}}], kind: List}",
    "a typed list in YAML": "apiVersion: v1\nitems:\n- metadata: {name: cards}\nkind: ServiceList\n",
    "labels of the wrong type": service(more="labels: {app: 1, version: [2], team: null}, annotations: 3"),
    "a spec of the wrong type": service(spec="").replace("spec: {}", "spec: [1]"),
    "ports of the wrong type": service(spec="ports: [1, {port: x}, {port: 99999}, null]"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_service_is_found_in(name: str):
    assert read(GOOD[name]) == (["cards"], [])


NOTHING = {
    "nothing": "",
    "only comments": "# nothing\n",
    "a null": "null\n",
    "a text": "cards\n",
    "a list of values": "- 1\n- 2\n",
    "values of a chart": "image: {repository: x}\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: x}}\n",
    "a chart": "apiVersion: v2\nname: cards\nversion: 1.0.0\n",
    "an object without a version": "kind: Service\nmetadata: {name: cards}\n",
    "a kind that is no text": "apiVersion: v1\nkind: [Service]\n",
    "a Service of another group": "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {}\n",
    "a kind that does not count": "apiVersion: v1\nkind: ConfigMap\nmetadata: 7\n",
    "a large file that is no manifest": "a:\n" + "- {b: 1}\n" * 60_000,
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_found_and_nothing_is_wrong_with(name: str):
    assert read(NOTHING[name]) == ([], [])


SECOND = "---\n" + service("second")
BROKEN = {
    "binary": (b"\x00\x01\x02\xff" * 100, "unreadable-document", 1),
    "a picture": (b"\x89PNG\r\n\x1a\n", "unreadable-document", 1),
    "a tab": (service() + "\tx: 1\n", "unreadable-document", 5),
    "a marker in a quoted text": ('a: "\n', "unreadable-document", 1),
    "two hundred levels": ("a: " + "[" * 201 + "]" * 201 + "\n", "unreadable-document", 1),
    "a bomb": (
        "kind: Service\na: &a [" + "x," * 100 + "]\n" + f"b: &b [{'*a,' * 100}]\nc: &c [{'*b,' * 100}]\n",
        "unreadable-document",
        4,
    ),
    "a template": ("a: {{ .Values.x }}\n", "not-rendered", 1),
    "a template of blocks": ("a: 1\n{{- if .Values.x }}\nb: 2\n{{- end }}\n", "not-rendered", 2),
    "a name that is a placeholder": (service("'{{ .Release.Name }}'"), "not-rendered", 1),
    "a host that is a placeholder": (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec: {rules: [{host: '{{ x }}'}]}\n",
        "not-rendered",
        1,
    ),
    "a label that is a placeholder": (service(more="labels: {app: '{{ x }}'}"), "not-rendered", 1),
    "no metadata": ("apiVersion: v1\nkind: Service\n", "invalid-object", 1),
    "no name": (service("''"), "invalid-object", 1),
    "a name that is a number": (service("17"), "invalid-object", 1),
    "a name with a slash": (service("a/b"), "invalid-object", 1),
    "a namespace with spaces": (service(namespace="a b"), "invalid-object", 1),
    "a list without kinds": ("{items: [{metadata: {name: cards}}], kind: ServiceList}\n", "list-without-kinds", 1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_problem_is_told_and_the_next_document_is_read(name: str):
    data, code, line = BROKEN[name]
    data = data.encode() if isinstance(data, str) else data
    assert read(data.rstrip(b"\n") + b"\n" + SECOND.encode()) == (["second"], [(code, 1, line)])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_told_in_words(encoding: str):
    names, problems = read(service().encode(encoding))
    assert names == []
    assert [code for code, *_ in problems] in (["encoding"], ["unreadable-document"])
    if encoding in ("utf-16", "utf-32"):
        assert problems == [("encoding", None, 1)]


def test_of_two_equal_keys_in_json_the_last_counts_and_in_yaml_none():
    text = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "first", "name": "last"}}'
    assert read(text, "a.json") == (["last"], [])
    assert read(text, "a.yaml") == ([], [("unreadable-document", 1, 1)])


def test_broken_json_is_told_and_what_came_before_it_counts():
    item = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "%s"}}'
    assert read(f"{item % 'one'}\n{item % 'two'}\n{{", "a.json") == (["one", "two"], [("unreadable-document", 3, 3)])
    listed = f'{{"kind": "List", "items": [{item % "one"},\n{item % "two"},\n{{nope}}]}}'
    assert read(listed, "a.json") == (["one", "two"], [("unreadable-document", 1, 3)])


def test_a_large_json_file_that_is_no_manifest_is_nobodys_problem():
    assert read('{"a": "' + "x" * 6_000_000 + '"}', "dashboard.json") == ([], [])
    assert read('{"kind": "' + "x" * 6_000_000 + '"}', "a.json")[1] == [("unreadable-document", 1, 1)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told(data: bytes):
    for path in ("a.yaml", "a.json"):
        list(read_objects(path, data, "default"))


PIECES = [path.read_bytes() for path in sorted(PAYLOADS.rglob("*.*")) if path.is_file()]


@given(st.sampled_from(PIECES), st.data())
def test_a_manifest_with_bytes_changed_is_read_or_told(piece: bytes, data: st.DataObject):
    at = data.draw(st.integers(0, len(piece)))
    changed = piece[:at] + data.draw(st.binary(max_size=5)) + piece[at + data.draw(st.integers(0, 20)) :]
    for path in ("a.yaml", "a.json"):
        list(read_objects(path, changed, "default"))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 70000)
    | st.text(max_size=5)
    | st.sampled_from(["In", "Exists", "x:1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
OBJECTS = [
    document
    for path in sorted((PAYLOADS / "bank").rglob("*.y*ml"))
    for document in yaml.safe_load_all(path.read_text())
    if "kind" in document
]


def places_in(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each part of a document."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*way, key)
        yield from places_in(part, (*way, key))


@given(st.sampled_from(OBJECTS), st.data())
@settings(max_examples=300)
def test_an_object_with_any_value_in_any_place_is_read_or_told(document: dict[str, Any], data: st.DataObject):
    changed = copy.deepcopy(document)
    *way, last = data.draw(st.sampled_from(sorted(places_in(changed), key=repr)))
    target = changed
    for key in way:
        target = target[key]
    target[last] = data.draw(JSON)
    list(read_objects("a.json", json.dumps(changed).encode(), "default"))


LARGE = """
import re, sys, time
from pathlib import Path
from discovery.connectors.base import Observation, Surroundings
from discovery.connectors.manifests.connector import Manifests
given = Surroundings("s", "staging", {"folder": "."}, time.monotonic() + 300, Path(sys.argv[1]))
count = sum(isinstance(item, Observation) for item in Manifests().observe(given))
print(count, int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from Linux")
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_dump_of_a_cluster_needs_little_more_memory_than_its_text(tmp_path: Path, suffix: str):
    managed = [
        {"manager": "kubectl 🚀", "fieldsV1": {f"f:field-{n}": {} for n in range(50 if suffix == "json" else 5)}}
    ] * 5
    with (tmp_path / f"dump.{suffix}").open("w", encoding="utf-8") as file:
        file.write('{"apiVersion": "v1", "items": [\n')
        for number in range(4000):
            metadata = {"name": f"s{number}", "labels": {"app": f"s{number}"}, "managedFields": managed}
            spec = {"ports": [{"port": 80}], "selector": {"app": f"s{number}"}}
            item = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
            file.write((",\n" if number else "") + json.dumps(item, ensure_ascii=False))
        file.write('\n],\n"kind": "List"}\n')
    size = (tmp_path / f"dump.{suffix}").stat().st_size // 1024**2
    assert size >= (15 if suffix == "json" else 3)
    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    count, megabytes = (int(word) for word in done.stdout.split())
    assert count == 4000
    assert megabytes < 2 * size + 80


def test_a_service_keeps_no_more_than_is_needed():
    (found,) = (item for item in read_objects("a.yaml", service().encode(), "default") if item is not None)
    assert isinstance(found, ServiceObject)
    assert not hasattr(found, "__dict__")


def test_comments_and_spaces_without_end_take_no_time_to_speak_of():
    for filler in (b"# x\n", b" \n", b"\t\n", b"{", b"---\n", b"{{ ", b'"', b"a: [", b"\\"):
        data = filler * (500_000 // len(filler))
        for path in ("a.yaml", "a.json"):
            begun = time.process_time()
            list(read_objects(path, data, "default"))
            assert time.process_time() - begun < 5
