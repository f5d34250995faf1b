import ast
import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.formats.worker import read_document
from catalog.reading.bodies import body_text
from catalog.reading.request import Request, Variable, example_request, server_urls
from catalog.reading.snippets import snippets
from catalog.reading.snippets.curl import curl
from catalog.reading.snippets.quoting import literal
from tests.catalog.formats.documents import as_bytes, openapi, operation

SERVER = "https://api.nordhaven.example/credit-check/v2"
SCHEMES = {
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "login": {"type": "oauth2", "flows": {}},
}
NASTY = 'it\'s "$(id)" `id` ${HOME} \\ %s \u202e \x1b[2J \u200b */ // <!-- """ \n--\r\n@/etc/passwd'


def read(path="/customers/{id}", method="get", **parts):
    """The only operation of a document with these parts, as the page has it."""
    schemes = {"securitySchemes": SCHEMES}
    answer = read_document(
        as_bytes(openapi(paths={path: {method: operation(**parts)}}, components=schemes)), limit=10**6
    )
    (found,) = answer.operations
    return {"method": found.method, "path": found.path, "detail": found.detail}


def parameter(name, place, **parts):
    return {"name": name, "in": place, "required": True, "schema": {"type": "string"}, **parts}


def request_of(found, server=SERVER) -> Request:
    return example_request(found, SCHEMES, {}, server)


def codes(found, server=SERVER) -> dict[str, str]:
    return {each.language: each.code for each in snippets(found, SCHEMES, {}, server)}


def arguments_of(command: str, key: str = "k€y 'x'") -> list[str]:
    """What curl would be called with, as a real shell reads the command."""
    script = 'curl() { for each in "$@"; do printf \'%s\\0\' "$each"; done; }\n' + command
    run = subprocess.run(["sh", "-c", script], env={"PORTICO_KEY": key}, capture_output=True, check=True, timeout=10)
    assert run.stderr == b""
    return run.stdout.decode().split("\0")[:-1]


def test_it_writes_curl_as_people_do():
    found = read(
        parameters=[parameter("id", "path", example="c-48213"), parameter("reasons", "query", example=True)],
        security=[{"header": []}],
    )
    assert codes(found)["curl"] == (
        "curl -G 'https://api.nordhaven.example/credit-check/v2/customers/c-48213' \\\n"
        '  -H "X-API-Key: $PORTICO_KEY" \\\n'
        "  -d 'reasons=true'"
    )


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("header", ["-H", "X-API-Key: KEY"]),
        ("bearer", ["-H", "Authorization: Bearer KEY"]),
        ("login", ["-H", "Authorization: Bearer KEY"]),
        ("basic", ["-u", "KEY"]),
        ("cookie", ["-H", "Cookie: session=KEY"]),
        ("query", ["-d", "api%20key=KEY"]),
    ],
)
def test_it_puts_the_key_where_the_scheme_says(scheme, expected):
    found = read(parameters=[parameter("id", "path", example="1")], security=[{scheme: []}])
    assert arguments_of(codes(found)["curl"], "KEY")[-2:] == expected
    for language, code in codes(found).items():
        assert "PORTICO_KEY" in code, language


def test_it_uses_no_key_where_none_is_needed():
    assert "PORTICO_KEY" not in "".join(codes(read(parameters=[parameter("id", "path")])).values())


def test_it_leaves_out_optional_parameters_without_example():
    optional = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    shown = {"name": "size", "in": "query", "schema": {"type": "integer", "example": 5}}
    request = request_of(read("/a", parameters=[optional, shown]))
    assert request.query == (("size", ("5",)),)


@pytest.mark.parametrize(
    ("parts", "value", "query"),
    [
        ({}, ["a", "b c"], "?q=a&q=b%20c"),
        ({"explode": False}, ["a", "b"], "?q=a,b"),
        ({"style": "pipeDelimited", "explode": False}, ["a", "b"], "?q=a%7Cb"),
        ({"style": "spaceDelimited", "explode": False}, ["a", "b"], "?q=a%20b"),
        ({"style": "deepObject", "explode": True}, {"x": 1, "y": "&"}, "?q[x]=1&q[y]=%26"),
        ({}, {"x": 1}, "?x=1"),
        ({"explode": False}, {"x": 1}, "?q=x,1"),
        ({}, "a&b=c#d", "?q=a%26b%3Dc%23d"),
    ],
)
def test_it_writes_a_query_in_its_style(parts, value, query):
    request = request_of(read("/a", "put", parameters=[parameter("q", "query", schema={}, example=value, **parts)]))
    assert request.full_url() == (f"{SERVER}/a{query}",)


def test_it_encodes_path_values():
    found = read(parameters=[parameter("id", "path", example="../a b?c#d/é")])
    assert request_of(found).url == (f"{SERVER}/customers/..%2Fa%20b%3Fc%23d%2F%C3%A9",)


@pytest.mark.parametrize("server", ["", "/v1", "javascript:alert(1)", "-o /etc/passwd", "ftp://example.com", "//evil"])
def test_it_only_calls_web_addresses(server):
    address, path = request_of(read("/a"), server).url
    assert address is Variable.ADDRESS
    assert path.startswith("/")
    assert path.endswith("/a")


def test_it_invents_no_address_where_none_is_known():
    written = codes(read("/a/{id}", parameters=[parameter("id", "path", example="7")]), "/v1/")
    assert 'curl "$BASE_URL/v1/a/7"' in written["curl"]
    assert 'os.environ["BASE_URL"] + "/v1/a/7"' in written["Python"]
    assert 'process.env.BASE_URL + "/v1/a/7"' in written["JavaScript"]
    assert 'System.getenv("BASE_URL") + "/v1/a/7"' in written["Java"]
    assert 'os.Getenv("BASE_URL") + "/v1/a/7"' in written["Go"]


def test_the_shell_reads_the_address_apart_from_what_follows():
    command = curl(request_of(read("/it's $(id)", security=[{"query": []}]), ""))
    called = arguments_of(f"BASE_URL=https://a.example\n{command}", "KEY")
    assert called == ["-G", "https://a.example/it's%20$(id)", "-d", "api%20key=KEY"]


def test_it_puts_in_the_defaults_of_server_variables():
    server = {"url": "https://{region}.example.com/{base}", "variables": {"region": {"default": "eu"}}}
    assert server_urls([server]) == ["https://eu.example.com/{base}"]


BODIES = {
    "application/json": {"name": NASTY, "count": 1, "none": None, "yes": True, NASTY: [1, {"__proto__": 2}]},
    "application/x-www-form-urlencoded": {"name": NASTY, "list": ["a", "b"]},
    "multipart/form-data": {"name": NASTY, "@f": "@/etc/passwd", "file": "…"},
    "text/plain": NASTY,
    "application/xml": f"<a>{NASTY}</a>",
}


def hostile(media_type):
    return read(
        "/a/{id}/it's $(id)",
        "post",
        parameters=[
            parameter("id", "path", example=NASTY),
            parameter("q'$(id)", "query", example=NASTY),
            parameter("X-Trace", "header", example=NASTY),
            parameter("@/etc/passwd", "header", example="x"),
            parameter("X-Bad: y\r\nX-Other", "header", example="x"),
            parameter("c", "cookie", example=NASTY),
        ],
        requestBody={"content": {media_type: {"example": BODIES[media_type]}}},
        security=[{"query": [], "bearer": []}],
    )


@pytest.mark.parametrize("media_type", BODIES)
def test_it_quotes_for_the_shell(media_type):
    arguments = arguments_of(codes(hostile(media_type))["curl"], "KEY")
    assert arguments[0].startswith("https://api.nordhaven.example/")
    assert arguments[0].endswith("&api%20key=KEY")
    options = arguments[1::2]
    assert set(options) <= {"-H", "-d", "-F", "--form-string", "--data-raw"}
    values = dict(zip(arguments[1::2], arguments[2::2], strict=True))
    headers = [value for option, value in zip(options, arguments[2::2], strict=True) if option == "-H"]
    assert [header.split(":")[0] for header in headers if header.split(":")[0] != "Content-Type"] == [
        "X-Trace",
        "Authorization",
        "Cookie",
    ]
    assert not any("\n" in header or "\r" in header for header in headers)
    assert not values["-H"].startswith("@")
    if media_type == "application/json":
        sent = json.loads(values["--data-raw"])
        assert sent["name"] == "".join(each for each in NASTY if each not in "\u202e\u200b")


@pytest.mark.parametrize("media_type", BODIES)
def test_it_writes_python_that_sends_exactly_the_example(media_type, monkeypatch):
    code = codes(hostile(media_type))["Python"]
    call = next(node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and node.keywords)
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if media_type == "application/json":
        text = keywords.get("json")
        sent = ast.literal_eval(text) if text else json.loads(ast.literal_eval(keywords["data"].func.value))
        assert sent == BODIES[media_type]
    else:
        assert ast.literal_eval(keywords["data"].func.value) == body_text(media_type, BODIES[media_type])


@pytest.mark.parametrize("media_type", BODIES)
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not there")
def test_it_writes_javascript_that_sends_exactly_the_example(media_type):
    program = (
        "globalThis.fetch = async (url, options) => { process.stdout.write(JSON.stringify([url, options]));"
        " return {ok: true, text: async () => ''} };\nconsole.log = () => {};\n"
    )
    code = program + codes(hostile(media_type))["JavaScript"]
    run = subprocess.run(
        ["node", "--input-type=module", "-"],
        input=code.encode(),
        capture_output=True,
        timeout=30,
        env={"PORTICO_KEY": "KEY", "PATH": "/usr/bin:/bin:/usr/local/bin"},
    )
    assert run.returncode == 0, run.stderr
    url, options = json.loads(run.stdout)
    assert url.endswith("&api%20key=KEY")
    assert options["headers"]["Authorization"] == "Bearer KEY"
    if media_type == "application/json":
        assert json.loads(options["body"])["name"] == NASTY
    else:
        assert options["body"] == body_text(media_type, BODIES[media_type])


@pytest.mark.parametrize("language", ["Java", "Go"])
@pytest.mark.parametrize("media_type", BODIES)
def test_it_shows_no_deceiving_character_in_code(media_type, language):
    code = codes(hostile(media_type))[language]
    assert not set(code) & {"\u202e", "\u200b", "\x1b", "\r"}


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_literal_is_the_text_and_stays_on_its_line(text):
    written = literal(text)
    assert json.loads(written) == text
    assert ast.literal_eval(written) == text
    assert len(written.splitlines()) == 1


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=40))
def test_the_shell_reads_a_header_as_it_was(text):
    request = Request("GET", (SERVER,), (), (("X-A", (text, Variable.KEY, text)),), None)
    assert arguments_of(curl(request), "KEY") == [SERVER, "-H", f"X-A: {text}KEY{text}"]


@pytest.mark.parametrize(
    ("media_type", "value", "text"),
    [
        ("application/json", "plain", '"plain"'),
        ("application/json", '{"a": 1}', '{"a": 1}'),
        ("application/json", "{not json", '"{not json"'),
        ("application/problem+json", {"a": "é"}, '{\n  "a": "é"\n}'),
        ("application/xml", {"a": 1}, "…"),
        ("application/xml", "<a/>", "<a/>"),
        ("text/plain", 5, "5"),
        ("application/x-www-form-urlencoded", {"a": "b c"}, "a=b+c"),
    ],
)
def test_it_writes_a_body_in_its_media_type(media_type, value, text):
    assert body_text(media_type, value) == text


def test_it_writes_code_for_a_value_nested_as_deep_as_is_read():
    value: list = []
    for _ in range(150):
        value = [value]
    content = {"application/json": {"schema": {}, "example": value}}
    assert all(codes(read("/a", "post", requestBody={"content": content})).values())


def test_it_shows_no_endless_parameter():
    request = request_of(read("/a", parameters=[parameter("q", "query", example="x" * 5000)]))
    assert request.query == (("q", ("%E2%80%A6",)),)


def test_it_gives_way_to_a_generated_example_where_one_is_too_long():
    content = {"application/json": {"schema": {"type": "string"}, "example": "x" * 20_000}}
    assert request_of(read("/a", "post", requestBody={"content": content})).body.text == '"text"'
