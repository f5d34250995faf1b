"""Java with the HTTP client of the JDK (15 or newer, for text blocks)."""

from catalog.reading.request import ADDRESS_VARIABLE, KEY_VARIABLE, Request, Variable
from catalog.reading.snippets.quoting import concatenation, is_deceiving, literal

_KEY = f'System.getenv("{KEY_VARIABLE}")'
_VARIABLES: dict[object, str] = {
    Variable.KEY: _KEY,
    Variable.BASIC: f"Base64.getEncoder().encodeToString({_KEY}.getBytes())",
    Variable.ADDRESS: f'System.getenv("{ADDRESS_VARIABLE}")',
}


def java(request: Request) -> str:
    basic = any(Variable.BASIC in value for _name, value in request.headers)
    lines = ["import java.net.URI;", "import java.net.http.HttpClient;", "import java.net.http.HttpRequest;"]
    lines += ["import java.net.http.HttpResponse;", *(["import java.util.Base64;"] if basic else []), ""]
    lines += ["HttpRequest request = HttpRequest.newBuilder()"]
    lines += [f"    .uri(URI.create({concatenation(request.full_url(), _VARIABLES)}))"]
    lines += [f"    .header({literal(name)}, {concatenation(value, _VARIABLES)})" for name, value in request.headers]
    publisher = f"ofString({_text(request.body.text)})" if request.body else "noBody()"
    lines += [f"    .method({literal(request.method)}, HttpRequest.BodyPublishers.{publisher})", "    .build();"]
    lines += ["HttpResponse<String> response = HttpClient.newHttpClient()"]
    lines += ["    .send(request, HttpResponse.BodyHandlers.ofString());", "System.out.println(response.body());"]
    return "\n".join(lines)


def _text(text: str) -> str:
    """A text block for several lines, a literal otherwise."""
    if "\n" not in text or "\r" in text or " \n" in text or "\t" in text or is_deceiving(text):
        return literal(text)
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    indented = "\n".join(f"        {line}" for line in escaped.split("\n"))
    return f'"""\n{indented}"""' if not escaped.endswith('"') else f'"""\n{indented[:-1]}\\""""'
