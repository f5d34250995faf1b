"""Go with net/http."""

from catalog.reading.request import ADDRESS_VARIABLE, KEY_VARIABLE, Request, Variable
from catalog.reading.snippets.quoting import concatenation, is_deceiving, literal

_KEY = f'os.Getenv("{KEY_VARIABLE}")'
_VARIABLES: dict[object, str] = {
    Variable.KEY: _KEY,
    Variable.BASIC: f"base64.StdEncoding.EncodeToString([]byte({_KEY}))",
    Variable.ADDRESS: f'os.Getenv("{ADDRESS_VARIABLE}")',
}


def go(request: Request) -> str:
    parts = [part for _name, value in request.headers for part in value] + list(request.full_url())
    packages = ["fmt", "io", "net/http"]
    packages += ["encoding/base64"] if Variable.BASIC in parts else []
    packages += ["os"] if any(isinstance(part, Variable) for part in parts) else []
    packages += ["strings"] if request.body else []
    body = f"strings.NewReader({_text(request.body.text)})" if request.body else "nil"
    url = concatenation(request.full_url(), _VARIABLES)
    lines = ["package main", "", "import (", *(f'\t"{name}"' for name in sorted(packages)), ")", "", "func main() {"]
    lines += [f"\trequest, err := http.NewRequest({literal(request.method)}, {url}, {body})", *_CHECK]
    lines += [
        f"\trequest.Header.Set({literal(name)}, {concatenation(value, _VARIABLES)})" for name, value in request.headers
    ]
    lines += ["\tresponse, err := http.DefaultClient.Do(request)", *_CHECK, "\tdefer response.Body.Close()"]
    return "\n".join([*lines, "\ttext, _ := io.ReadAll(response.Body)", "\tfmt.Println(string(text))", "}"])


_CHECK = ("\tif err != nil {", "\t\tpanic(err)", "\t}")


def _text(text: str) -> str:
    """A raw string for several lines, a literal otherwise."""
    raw = "\n" in text and "`" not in text and "\r" not in text and not is_deceiving(text)
    return f"`{text}`" if raw else literal(text)
