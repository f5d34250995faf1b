"""Markdown that others wrote, as HTML that is safe in our pages.

Raw HTML is text, images are links (nothing is loaded from outside), code is coloured by class names only, and
the result still goes through a sanitiser, so that a fault in the renderer alone does no harm.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from time import thread_time

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

MAX_CHARACTERS = 200_000
MAX_HIGHLIGHTED_CHARACTERS = 20_000
MAX_FENCE_CHARACTERS = 5_000
FENCES_SECONDS = 0.3
# Whoever writes a page chooses the lexer: those of API documentation, not the hundreds that nobody has timed.
# fmt: off
LANGUAGES = frozenset({
    "bash", "c", "console", "cpp", "csharp", "css", "diff", "docker", "dockerfile", "go", "graphql", "groovy", "html",
    "http", "ini", "java", "javascript", "js", "json", "kotlin", "php", "powershell", "properties", "proto",
    "protobuf", "py", "python", "rb", "ruby", "rust", "scala", "sh", "shell", "sql", "swift", "toml", "ts",
    "typescript", "xml", "yaml", "yml",
})
# fmt: on
ANCHOR_PREFIX = "doc-"

_BREAKS = {"softbreak": " ", "hardbreak": " "}
_BLANK_LINE = re.compile(r"\n\s*\n")
_NOT_IN_ANCHOR = re.compile(r"[^\w]+")
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_BLOCKS = {"blockquote", "div", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "th", "thead", "tr", "ul"}
_TAGS = {"a", "br", "code", "em", "s", "span", "strong", *_HEADINGS, *_BLOCKS}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "div": {"class"},
    "ol": {"start"},
    "pre": {"class"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
    **{heading: {"id"} for heading in _HEADINGS},
}


def render(text: str, *, heading_shift: int = 1) -> str:
    """Safe HTML of ``text``; beyond MAX_CHARACTERS it is shown as written, in one preformatted block."""
    if len(text) > MAX_CHARACTERS:
        return f'<pre class="code">{escape(text)}</pre>'
    parser = _parser()
    tokens = parser.parse(text)
    _shift_and_anchor_headings(tokens, heading_shift)
    _keep_links_inside(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def plain(text: str, limit: int = 200) -> str:
    """The first words of ``text`` without marks, cut at a word, for a line of a list."""
    blocks = (token for token in _parser().parse(text[: limit * 10]) if token.type == "inline")
    joined = " ".join(" ".join(map(_plain_block, blocks)).split())
    if len(joined) <= limit:
        return joined
    return joined[:limit].rsplit(" ", 1)[0] + "…"


def _plain_block(token: Token) -> str:
    """The words of one block; a line that ends within it is a space."""
    children = token.children or ()
    return "".join(
        child.content if child.type in {"text", "code_inline"} else _BREAKS.get(child.type, "") for child in children
    )


def first_words(text: str, limit: int = 200) -> str:
    """The first paragraph of ``text`` without marks, for the line under a title."""
    paragraphs = (part for part in _BLANK_LINE.split(text[: limit * 10].strip()) if not part.startswith("#"))
    return plain(next(paragraphs, ""), limit)


def highlighted(code: str, language: str) -> str:
    """The code as HTML spans with classes; only escaped when the language is unknown or the code is long."""
    if not language or len(code) > MAX_HIGHLIGHTED_CHARACTERS:
        return escape(code)
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return escape(code)
    return highlight(code, lexer, HtmlFormatter(nowrap=True))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 40}).enable(["table", "strikethrough"])
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("image", _image_as_link)
    return parser


def _fence(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    language = token.info.split(maxsplit=1)[0].lower() if token.info.strip() else ""
    return f'<pre class="code"><code>{_coloured(token.content, language, env)}</code></pre>\n'


def _coloured(code: str, language: str, env: EnvType) -> str:
    """The fence's code, coloured while the document has time left: some lexers take quadratic time for odd code."""
    spent = env.get("seconds", 0.0)
    if language not in LANGUAGES or len(code) > MAX_FENCE_CHARACTERS or spent > FENCES_SECONDS:
        return escape(code)
    began = thread_time()
    html = highlighted(code, language)
    env["seconds"] = spent + thread_time() - began
    return html


def _image_as_link(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    address = str(tokens[index].attrGet("src") or "")
    return f'<a href="{escape(address)}">{escape(tokens[index].content or address)}</a>'


def _shift_and_anchor_headings(tokens: Sequence[Token], shift: int) -> None:
    taken: dict[str, int] = {}
    for position, token in enumerate(tokens):
        if token.type not in {"heading_open", "heading_close"}:
            continue
        token.tag = f"h{min(int(token.tag[1]) + shift, 6)}"
        if token.type == "heading_open":
            token.attrSet("id", ANCHOR_PREFIX + _free_name(tokens[position + 1].content, taken))


def _free_name(title: str, taken: dict[str, int]) -> str:
    """``taken`` holds the last number each name was given, so that a page of equal headings is not counted anew."""
    name = base = _NOT_IN_ANCHOR.sub("-", title.lower()).strip("-")[:80] or "section"
    number = taken.get(base, 0) + 1
    while number > 1 and (name := f"{base}-{number}") in taken:
        number += 1
    taken[base] = number
    taken.setdefault(name, 1)
    return name


def _keep_links_inside(tokens: Sequence[Token]) -> None:
    """A link to a heading of the same text follows it to its prefixed name."""
    for token in tokens:
        for child in token.children or ():
            address = str(child.attrGet("href") or "")
            if child.type == "link_open" and address.startswith("#"):
                child.attrSet("href", f"#{ANCHOR_PREFIX}{address[1:]}")
