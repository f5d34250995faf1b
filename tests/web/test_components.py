from datetime import date

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from common.web.templatetags import components


def rendered(source: str, url: str = "/", **context: object) -> str:
    request = RequestFactory().get(url)
    return Template(source).render(Context({"request": request, **context}))


def test_it_words_a_deprecated_version_with_its_sunset_date():
    html = components.badge("lifecycle", "deprecated", sunset=date(2026, 12, 31))

    assert "Deprecated, sunset 31 Dec 2026" in html
    assert "state-warn" in html


def test_it_words_a_deprecated_version_without_a_date():
    assert ">Deprecated</span>" in components.badge("lifecycle", "deprecated", sunset=None)


def test_it_names_a_badge_that_is_an_icon_alone():
    html = components.badge("lifecycle", "published", alone=True)

    assert 'role="img" aria-label="Published"' in html
    assert "aria-hidden" not in html


def test_it_escapes_a_state_it_does_not_know():
    html = components.badge("lifecycle", "<b>")

    assert "&lt;b&gt;" in html
    assert "state-dashed" in html


@pytest.mark.parametrize(("name", "role"), [("get", "safe"), ("PATCH", "change"), ("delete", "delete")])
def test_it_tells_methods_apart_by_what_they_do(name, role):
    assert f'class="method method-{role}">{name.upper()}<' in components.method(name)


def test_it_greys_the_parameters_of_a_path_and_escapes_the_rest():
    html = components.path("/customers/{id}/<b>")

    assert '<span class="path-parameter">{id}</span>' in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize(("cookie", "attribute"), [("dark", ' data-bs-theme="dark"'), ("<x>", ""), (None, "")])
def test_it_puts_only_a_known_theme_on_the_page(cookie, attribute):
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES["theme"] = cookie

    assert Template("{% theme_attribute %}").render(Context({"request": request})) == attribute


def test_it_shows_a_block_inside_its_component():
    html = rendered("{% component 'notice' grade='warn' title=title %}<div>row</div>{% endcomponent %}", title="<3>")

    assert "&lt;3&gt;" in html
    assert '<div class="notice-rows"><div>row</div></div>' in html


def test_it_writes_the_lines_of_a_facet_and_escapes_them():
    values = [
        {"value": 'a"b', "label": "<b>", "count": 12_000, "chosen": True, "typed": True},
        {"value": "none", "label": "None", "count": 0, "chosen": False, "typed": False},
    ]

    html = components.facet_values("tag", values)

    assert 'id="tag-a&quot;b" name="tag" value="a&quot;b" checked disabled>' in html
    assert "&lt;b&gt;" in html
    assert ">12,000<" in html
    assert html.count('<li class="is-zero">') == 1


def test_it_never_takes_a_text_for_a_safe_one_it_has_shown_before():
    assert 'aria-label="<b>"' in components.icon("x", 16, mark_safe("<b>"))
    assert 'aria-label="&lt;b&gt;"' in components.icon("x", 16, "<b>")
