"""The colours of the one file that names them: text is readable on every fill it stands on."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static/css"
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9A-Fa-f]{6}), (#[0-9A-Fa-f]{6})\);")
TOKENS = {name: (light, dark) for name, light, dark in TOKEN.findall((CSS / "tokens.css").read_text())}
FILLS = ("canvas", "surface", "sunken", "hover")
TEXT_PAIRS = [
    *((text, fill) for text in ("text", "text-2", "text-3") for fill in FILLS),
    *(("accent", fill) for fill in ("canvas", "surface", "accent-soft")),
    *((text, "code-bg") for text in ("text", "accent", "ok", "warn", "text-3")),
    ("text", "accent-soft"),
    ("on-accent", "accent-solid"),
    ("on-accent", "accent-hover"),
    ("on-accent", "bad-solid"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("bad", "surface"),
    ("mark-text", "mark"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "fill"), TEXT_PAIRS)
def test_it_keeps_text_readable(text, fill, theme):
    assert contrast(TOKENS[text][theme], TOKENS[fill][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("edge", ["control", "accent", "warn-icon", "ok"])
def test_it_keeps_edges_and_icons_visible(edge, theme):
    assert contrast(TOKENS[edge][theme], TOKENS["surface"][theme]) >= 3


def test_it_names_colours_in_one_file_only():
    others = [file for file in CSS.glob("*.css") if file.name != "tokens.css"]

    assert [file.name for file in others if re.search(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(", file.read_text())] == []


def test_it_knows_every_class_of_the_templates():
    known = set(re.findall(r"\.([a-z][\w-]*)", "".join(file.read_text() for file in CSS.glob("*.css"))))
    unknown = set()
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        text = re.sub(r"\{[%{].*?[%}]\}", "\0", template.read_text())
        names = {name for names in re.findall(r'class="([^"]*)"', text) for name in names.split() if "\0" not in name}
        unknown |= {f"{template.name}: {name}" for name in names - known}

    assert unknown == set()


def test_it_puts_no_style_or_script_into_a_template():
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:")
    found = [
        template.name
        for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        if inline.search(re.sub(r"\{%.*?%\}", "", template.read_text()))
    ]

    assert found == []


def test_it_takes_no_class_name_of_the_base_by_accident():
    base = (CSS.parent / "vendor/tabler.min.css").read_text()
    ours = set(
        re.findall(r"\.([a-z][\w-]*)", re.sub(r'url\(".*?"\)', "", "".join(f.read_text() for f in CSS.glob("*.css"))))
    )

    # The base says the same of these, or nothing where we use them.
    assert ours & set(re.findall(r"\.([a-z][\w-]*)", base)) - {"small", "required", "visually-hidden"} == set()


def test_it_uses_only_tokens_that_exist():
    styles = "".join(file.read_text() for file in CSS.glob("*.css"))
    declared = set(re.findall(r"(--[\w-]+):", styles))

    assert set(re.findall(r"var\((--[\w-]+)", styles)) - declared == set()
