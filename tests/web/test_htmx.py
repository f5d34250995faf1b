import pytest
from django import forms
from django.test import RequestFactory

from common.web import htmx


class OneField(forms.Form):
    name = forms.CharField()


@pytest.fixture
def templates(settings, tmp_path):
    (tmp_path / "page.html").write_text("page {% include '_part.html' %}")
    (tmp_path / "_part.html").write_text("part")
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path]}]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"page part"),
        ({"HX-Request": "true"}, b"part"),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, b"page part"),
    ],
)
def test_it_answers_with_the_page_or_the_part_it_includes(templates, headers, body):
    response = htmx.render(RequestFactory(headers=headers).get("/"), "page.html", part="_part.html")

    assert response.content == body
    assert response.headers["Vary"] == "HX-Request"


@pytest.mark.parametrize(("data", "status"), [(None, 200), ({"name": ""}, 422), ({"name": "x"}, 200)])
def test_it_answers_422_for_a_form_with_errors(templates, data, status):
    request = RequestFactory().post("/")

    assert htmx.render_form(request, "page.html", {}, form=OneField(data)).status_code == status


def test_it_redirects_the_whole_page_of_an_htmx_request():
    assert htmx.redirect(RequestFactory().post("/"), "/next").status_code == 303
    assert htmx.redirect(RequestFactory(headers={"HX-Request": "true"}).post("/"), "/next")["HX-Redirect"] == "/next"
