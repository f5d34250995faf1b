"""JavaScript with fetch, as browsers and Node have it."""

from catalog.reading.bodies import is_json
from catalog.reading.request import ADDRESS_VARIABLE, KEY_VARIABLE, Request, Variable
from catalog.reading.snippets.quoting import concatenation, is_deceiving, literal

_KEY = f"process.env.{KEY_VARIABLE}"
_VARIABLES: dict[object, str] = {
    Variable.KEY: _KEY,
    Variable.BASIC: f"btoa({_KEY})",
    Variable.ADDRESS: f"process.env.{ADDRESS_VARIABLE}",
}


def javascript(request: Request) -> str:
    options = []
    if request.method != "GET":
        options.append(f"method: {literal(request.method)},")
    if request.headers:
        pairs = [f"  {literal(name)}: {concatenation(value, _VARIABLES)}," for name, value in request.headers]
        options += ["headers: {", *pairs, "},"]
    if request.body:
        options += [f"body: {_body(request)},"]
    url = concatenation(request.full_url(), _VARIABLES)
    indented = "\n".join(options).replace("\n", "\n  ")
    call = f"fetch({url}, {{\n  {indented}\n}})" if options else f"fetch({url})"
    lines = (
        f"const response = await {call};",
        "if (!response.ok) throw new Error(response.status);",
        "console.log(await response.text());",
    )
    return "\n".join(lines)


def _body(request: Request) -> str:
    """JSON is an expression of JavaScript, so it can stay readable."""
    text = request.body.text
    if is_json(request.body.media_type) and not is_deceiving(text) and "__proto__" not in text:
        return f"JSON.stringify({text})"
    return literal(text)
