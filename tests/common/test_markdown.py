import re
import sys
from time import process_time
from types import FrameType

import pytest

from common import markdown
from common.markdown import MAX_CHARACTERS, plain, render


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](vbscript:x) [y](data:text/html;base64,PHN2Zz4=)",
        '<img src=x onerror="alert(1)">',
        "![x](javascript:alert(1))",
        '[x](https://a.example "a\\" onclick=alert(1)")',
        '```"><script>alert(1)</script>\nx\n```',
    ],
)
def test_it_never_lets_a_script_through(source):
    html = render(source)

    assert "<script" not in html
    assert 'href="javascript' not in html.lower()
    assert "<img" not in html
    assert " onclick=" not in html.replace("&quot;", "").split("title=")[0]
    assert 'href="data:' not in html
    assert 'href="vbscript:' not in html


def test_it_lowers_headings_and_gives_each_its_own_anchor():
    html = render("# Bands\n\n# Bands\n\n###### Deep", heading_shift=2)

    assert '<h3 id="doc-bands">Bands</h3>' in html
    assert '<h3 id="doc-bands-2">Bands</h3>' in html
    assert '<h6 id="doc-deep">' in html


def test_it_never_gives_one_anchor_twice():
    html = render("# a\n\n# a-2\n\n# a\n\n# a\n\n# a-2\n\n# a-2-2\n")

    anchors = re.findall(r'id="([^"]+)"', html)
    assert anchors[:4] == ["doc-a", "doc-a-2", "doc-a-3", "doc-a-4"]
    assert len(set(anchors)) == 6


def test_it_names_four_times_as_many_equal_headings_in_four_times_the_steps():
    def steps(headings: int) -> int:
        """The lines of the module that ran."""
        count = 0

        def count_lines(frame: FrameType, event: str, _argument: object) -> object:
            nonlocal count
            count += event == "line"
            return count_lines if frame.f_code.co_filename == markdown.__file__ else None

        before = sys.gettrace()
        sys.settrace(count_lines)
        try:
            render("# a\n" * headings)
        finally:
            sys.settrace(before)
        return count

    # Trying every number from the first one on took 16 times as many.
    assert steps(1_200) < 5 * steps(300)


def test_it_leads_links_inside_the_text_to_their_heading():
    assert 'href="#doc-bands"' in render("[bands](#bands)\n\n# Bands")


def test_it_shows_an_image_as_a_link_to_it():
    html = render("![The flow](https://a.example/flow.png)")

    assert ">The flow</a>" in html
    assert 'href="https://a.example/flow.png"' in html


def test_it_colours_code_with_classes_and_no_style():
    html = render('```json\n{"score": 742}\n```')

    assert '<span class="mi">742</span>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("language", "code"), [("java", "a b "), ("csharp", "a\n"), ("autohotkey", "\n "), ("go", '"a\\')]
)
def test_it_stops_colouring_code_that_takes_too_long(language, code):
    began = process_time()

    render(f"```{language}\n{code * 1_000}\n```\n" * 20)

    # Coloured throughout, the last takes ten times as long.
    assert process_time() - began < 3


def test_it_shows_a_text_beyond_the_bound_as_written():
    html = render("# <b>" + "x" * MAX_CHARACTERS)

    assert html.startswith('<pre class="code"># &lt;b&gt;')


def test_it_cuts_plain_words_at_a_word():
    assert plain("# Score\n\nA *score* from 0 to `999`, with reasons.", limit=24) == "Score A score from 0 to…"
    assert plain("Short.") == "Short."
