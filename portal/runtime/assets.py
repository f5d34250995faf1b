"""Front-end assets: what the pages need of ``node_modules``, copied to ``static/vendor``.

The manifest storage refuses a style sheet whose source map is missing and takes minutes over the whole of
``node_modules``; so the few files in use are named here, each with the maps it refers to. Icons become one
sprite of exactly the icons that templates and badges name.
"""

import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from common.web.vocabulary import BADGES

ROOT = Path(__file__).resolve().parent.parent.parent

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/css/tabler.min.css.map": "tabler.min.css.map",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2": "fonts/inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-opsz-normal.woff2": "fonts/inter-latin-ext.woff2",
    "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2": "fonts/mono-latin.woff2",
    "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-ext-wght-normal.woff2": (
        "fonts/mono-latin-ext.woff2"
    ),
    "echarts/dist/echarts.common.min.js": "echarts.common.min.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui/swagger-ui.css",
    "swagger-ui-dist/swagger-ui.css.map": "swagger-ui/swagger-ui.css.map",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui-bundle.js.map": "swagger-ui/swagger-ui-bundle.js.map",
}

_ROOMS = ("portal", "gateway", "marketplace", "discovery", "catalog", "accounts", "common")
_ICON_NAMED = re.compile(r"""(?:\{%\s*icon\s+|\bicon(?:_name)?["']?\s*[=:]\s*)["']([a-z0-9-]+)["']""")
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BOUNDING_BOX = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
_SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round">{drawing}</symbol>'
)


class AssetMissing(Exception):
    """A file the pages need is not in ``node_modules``; the message says what to run."""


def icons_in_use(root: Path = ROOT) -> set[str]:
    """Names of every icon that a template, a view (``icon="…"``), a badge or ``static/icons.txt`` names."""
    names = {badge.icon for family in BADGES.values() for badge in family.values()}
    lines = (root / "static/icons.txt").read_text(encoding="utf-8").splitlines()
    names |= {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    sources = [
        *(root / "templates").rglob("*.html"),
        *(file for room in _ROOMS for file in (root / room).rglob("*.py")),
    ]
    for source in sources:
        names |= set(_ICON_NAMED.findall(source.read_text(encoding="utf-8")))
    return names


def sprite(names: Iterable[str], drawings: Path) -> str:
    """One SVG with a symbol for each name; raises AssetMissing for a name the set does not have."""
    symbols = []
    for name in sorted(names):
        drawing = _DRAWING.search(_read(drawings / f"{name}.svg"))
        if drawing is None:
            raise AssetMissing(f"the icon {name} has no drawing")
        inner = " ".join(drawing.group(1).replace(_BOUNDING_BOX, "").split())
        symbols.append(_SYMBOL.format(name=name, drawing=inner))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def install(root: Path = ROOT) -> Path:
    """Fill ``static/vendor`` anew and return it; raises AssetMissing and leaves the old folder untouched."""
    modules, vendor = root / "node_modules", root / "static/vendor"
    icons = sprite(icons_in_use(root), modules / "@tabler/icons/icons/outline")
    for source in FILES:
        if not (modules / source).is_file():
            raise _missing(modules / source)
    shutil.rmtree(vendor, ignore_errors=True)
    for source, target in FILES.items():
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, vendor / target)
    (vendor / "icons.svg").write_text(icons, encoding="utf-8")
    return vendor


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise _missing(path) from None


def _missing(path: Path) -> AssetMissing:
    return AssetMissing(f"{path} is not there: run `npm ci --ignore-scripts` first")


if __name__ == "__main__":
    try:
        print(f"Assets are in {install()}")
    except AssetMissing as error:
        sys.exit(f"assets: {error}")
