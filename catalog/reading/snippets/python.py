"""Python with requests."""

from pprint import pformat

from catalog.reading.bodies import is_json
from catalog.reading.request import ADDRESS_VARIABLE, KEY_VARIABLE, Request, Variable
from catalog.reading.snippets.quoting import concatenation, is_deceiving, literal

# The indentation of a JSON text nested too deep for the standard library to lay out.
_TOO_DEEP = "\n" + " " * 60
_KEY = f'os.environ["{KEY_VARIABLE}"]'
_VARIABLES: dict[object, str] = {
    Variable.KEY: _KEY,
    Variable.BASIC: f"base64.b64encode({_KEY}.encode()).decode()",
    Variable.ADDRESS: f'os.environ["{ADDRESS_VARIABLE}"]',
}


def python(request: Request) -> str:
    url = request.full_url()
    parts = [part for _name, value in request.headers for part in value] + list(url)
    imports = ["import base64"] if Variable.BASIC in parts else []
    imports += ["import os"] if any(isinstance(part, Variable) for part in parts) else []
    lines = [*imports, *([""] if imports else []), "import requests", ""]
    arguments = [literal(request.method), concatenation(url, _VARIABLES)]
    headers = [(name, value) for name, value in request.headers if not (_as_json(request) and name == "Content-Type")]
    if headers:
        pairs = "".join(f"        {literal(name)}: {concatenation(value, _VARIABLES)},\n" for name, value in headers)
        arguments.append("headers={\n" + pairs + "    }")
    if _as_json(request):
        arguments.append("json=" + pformat(request.body.value, sort_dicts=False, width=88).replace("\n", "\n         "))
    elif request.body:
        arguments.append(f"data={literal(request.body.text)}.encode()")
    lines += ["response = requests.request(", *(f"    {argument}," for argument in arguments), "    timeout=30,", ")"]
    return "\n".join([*lines, "response.raise_for_status()", "print(response.text)"])


def _as_json(request: Request) -> bool:
    """As a Python value where its text in the code is the one that is sent."""
    body = request.body
    if body is None or not is_json(body.media_type) or type(body.value) is str:
        return False
    return not is_deceiving(body.text) and _TOO_DEEP not in body.text
