"""Every component on one page, with ordinary and extreme content: the urlconf of the gallery's tests."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.safestring import mark_safe

from common.web import htmx
from common.web.vocabulary import BADGES

LONG = "Household affordability and creditworthiness assessment with consent and reasons " * 3
LONG_WORD = "RetrieveTheCreditworthinessAssessmentOfAHouseholdWithReasons" * 4
SPECIFICATION = 'openapi: 3.1.0\ninfo:\n  title: Credit Check\n  version: "2.3.0"\npaths:\n  /scores: nothing\n'
SNIPPETS = [
    {
        "name": "curl",
        "title": "curl",
        "language": "bash",
        "code": "curl 'https://api.nordhaven.example/credit-check/v2/customers/c-48213/score' \\\n"
        '  -H "Authorization: Bearer $PORTICO_KEY"\n',
    },
    {
        "name": "python",
        "title": "Python",
        "language": "python",
        "code": 'import requests\n\nanswer = requests.get("https://api.nordhaven.example/x", timeout=10)\n',
    },
]
ANSWER = '{\n  "customerId": "c-48213",\n  "score": 742,\n  "band": "B",\n  "final": true\n}\n'
DOCUMENT = """# Reading a score

A score answers one question: *how likely* is this customer to repay. See `decisionId` and [bands](#bands).

## Bands

| Band | From | Meaning |
|---|---:|---|
| A | 800 | No review |
| B | 600 | No review |

```json
{"score": 742, "band": "B"}
```
"""


class PublishForm(forms.Form):
    name = forms.CharField(max_length=200, help_text="As people will search for it.")
    short_name = forms.SlugField(required=False)
    lifecycle = forms.ChoiceField(choices=[("draft", "Draft"), ("published", "Published")])
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="The team answers within two days", required=False)
    visibility = forms.ChoiceField(
        choices=[("public", "Public"), ("internal", "Internal"), ("private", "Private")],
        widget=forms.RadioSelect,
        initial="internal",
    )


def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery.html", _context())


def home(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    version = {"title": "Branch Locator", "url": "/", "version": "1.6.2", "owner": "API Office"}
    return render(
        request,
        "portal/home.html",
        {
            **_context(),
            "section": "",
            "hide_search": True,
            "figures": "412 APIs, 3,918 operations, 1,126 services, 1 team",
            "examples": [{"words": words, "url": "/"} for words in ("getCreditScore", "POST /payments")],
            "domains": [
                {"title": title, "url": "/", "api_count": 96, "service_count": 311}
                for title in ("Personal banking", "Cards", "Mortgage", "Insurance", "Corporate", LONG)
            ],
            "news": [
                {"kind": "api", "title": "Credit Check", "url": "/", "version": "2.3.0", "owner": "Lending", "at": now},
                {"kind": "saas", "title": LONG_WORD, "url": "/", "text": LONG, "at": now - timedelta(days=2)},
            ],
            "deprecated": [
                {**version, "sunset": date(2026, 12, 31), "days_left": 39, "successor": "2.0.0", "successor_url": "/"},
                {**version, "title": LONG, "sunset": date(2027, 2, 28), "days_left": 98},
                {**version, "sunset": date(2026, 11, 2), "days_left": -20},
            ],
            "my_teams": [{"title": LONG, "url": "/", "role": "Member", "api_count": 1, "service_count": 9}],
        },
    )


def browse(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")
    results = [] if query == "nothing" else _results()
    context = {
        **_context(),
        "query": query,
        "words": query,
        "heading": f"{len(results)} results for “{query}”",
        "corrected": "credit score",
        "exact_url": "?exact=1",
        "chosen": [{"words": "Domain: Mortgage", "url": "?"}, {"words": LONG, "url": "?"}],
        "clear_url": "?",
        "sorts": [{"value": "", "label": "Relevance", "chosen": True}, {"value": "title", "label": "Title"}],
        "results": results,
        "nearest": [{"words": "credit", "url": "?q=credit"}],
        "shown": "1–3 of 19",
        "next_url": "?cursor=x",
    }
    return htmx.render(request, "portal/browse.html", context, part="portal/_browse.html")


def suggest(request: HttpRequest) -> HttpResponse:
    """Two kinds of suggestion for any words but «nothing»."""
    words = request.GET.get("q", "")
    groups = [
        {"title": "APIs", "items": [{"kind": "api", "title": f"Credit Check {words}", "url": "/?chosen=api"}]},
        {
            "title": "Operations",
            "items": [{"method": "GET", "title": LONG, "note": "Credit Check", "url": "/?chosen=op"}],
        },
    ]
    return render(request, "components/suggestions.html", {"groups": [] if words == "nothing" else groups})


def empty(request: HttpRequest, **_: str) -> HttpResponse:
    return HttpResponse(status=204)


def _context() -> dict:
    now = datetime.now(UTC)
    return {
        "actor": SimpleNamespace(is_authenticated=True, name="Anna Lindqvist"),
        "offers": SimpleNamespace(publish=True, administration=True, audit=True),
        "section": "browse",
        "badges": {family: list(values) for family, values in BADGES.items()},
        "sunset": date(2026, 12, 31),
        "methods": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        "times": [now - timedelta(seconds=3), now - timedelta(minutes=40), now - timedelta(days=1), date(2025, 2, 3)],
        "form": PublishForm({"name": "", "short_name": "pay ments", "lifecycle": "draft", "visibility": "public"}),
        "long": LONG,
        "long_word": LONG_WORD,
        "findings": _findings(),
        "specification": SPECIFICATION,
        "snippets": SNIPPETS,
        "answer": ANSWER,
        "document": DOCUMENT,
        "results": _results(),
        "facets": _facets(),
        "entry": _entry(),
        "columns": [
            {"title": "Operation", "span": 2},
            {"title": "Summary"},
            {"title": "Requests, 7 days", "numeric": True, "url": "?sort=use", "sorted": "descending"},
        ],
        "operations": _operations(),
        "properties": _properties(),
    }


def _findings() -> list[dict]:
    return [
        {
            "severity": "error",
            "message": "The path item must be an object, and it is a string.",
            "rule": "path-item-type",
            "pointer": "#/paths/~1scores",
            "line": 6,
            "column": 12,
        },
        {
            "severity": "warning",
            "message": LONG,
            "rule": "operation-description",
            "pointer": f"#/paths/{LONG_WORD}",
            "line": 2,
            "column": 1,
        },
        {"severity": "info", "message": "No server is named.", "rule": "servers-missing", "pointer": "#"},
    ]


def _operations() -> list[dict]:
    rows = [
        ("GET", "/customers/{id}/score", "Get the credit score of a customer", 5_200_000),
        ("POST", "/scores/batch", "Score up to 500 customers in one call", 84_000),
        ("DELETE", "/consents/{consentId}", "Withdraw a consent", 1_904),
        ("PATCH", f"/{LONG_WORD}/{{{LONG_WORD}}}", LONG, None),
    ]
    return [{"method": m, "path": p, "summary": s, "use": u, "url": "/operation"} for m, p, s, u in rows]


def _results() -> list[dict]:
    marked = mark_safe("<mark>Credit</mark> Check")
    path_marked = mark_safe('/customers/<span class="path-parameter">{id}</span>/<mark>score</mark>')
    first = {"method": "GET", "path": path_marked, "summary": "Get the credit score of a customer", "url": "/o"}
    return [
        {
            "kind": "api",
            "title": marked,
            "url": "/credit-check",
            "version": "2.3.0",
            "lifecycle": "published",
            "text": "Creditworthiness of a customer as a score from 0 to 999, with the reasons behind it.",
            "owner": "Lending Platform",
            "domain": "Mortgage",
            "operations": [first, {**first, "method": "POST"}, {**first, "summary": LONG}],
            "more_count": 3,
            "more_url": "/more",
        },
        {
            "kind": "microservice",
            "title": LONG_WORD,
            "url": "/service",
            "text": LONG,
            "owner": "Risk Models",
            "domain": "Mortgage",
        },
        {
            "kind": "api",
            "title": LONG,
            "url": "/deprecated",
            "version": "1.0.0-rc.1+build.20261122",
            "lifecycle": "deprecated",
            "sunset": date(2026, 12, 31),
            "text": "Old.",
        },
    ]


def _facets() -> list[dict]:
    domains = ["Mortgage", "Personal banking", "Corporate", "Cards", "Insurance", "Shared platform", LONG]
    values = [
        {"value": str(at), "label": name, "count": max(0, 19_000 - at * 4_000), "chosen": at == 0, "typed": at == 4}
        for at, name in enumerate(domains)
    ]
    return [
        {"name": "domain", "title": "Domain", "standing": values[:5], "rest": values[5:]},
        {"name": "tag", "title": "Tag", "standing": []},
    ]


def _entry() -> dict:
    return {
        "crumbs": [{"title": "Mortgage", "url": "/"}, {"title": "Credit Risk", "url": "/"}, {"title": "Credit Check"}],
        "versions": [
            {"version": "2.3.0", "url": "/", "note": "latest"},
            {"version": "2.2.1", "url": "/", "note": "20 Nov"},
        ],
        "facts": [
            {"words": "Lending Platform", "url": "/", "team": True},
            {"words": "Mortgage", "icon": "category", "url": "/"},
            {"words": "Credit Risk", "icon": "sitemap", "url": "/"},
            {"words": "Internal", "icon": "building"},
            {"words": "OpenAPI 3.1", "icon": "file-text"},
        ],
        "tabs": [
            {"name": "overview", "title": "Overview", "url": "/", "count": None},
            {"name": "operations", "title": "Operations", "url": "/", "count": 8},
            {"name": "docs", "title": "Docs", "url": "/", "count": 4},
            {"name": "versions", "title": "Versions", "url": "/", "count": 12_408},
            {"name": "checks", "title": "Findings", "url": "/", "count": 3, "warning": "2 errors"},
        ],
        "rail": [
            {"label": "Contact", "value": "#lending-platform", "url": "/"},
            {"label": "Base URL", "value": "api.nordhaven.example/credit-check/v2", "mono": True, "copied": "x"},
            {"label": "Sign-in", "value": "API key, OAuth 2.0"},
            {"label": "Successor", "value": None},
        ],
    }


def _properties() -> list[dict]:
    leaf = {"name": "version", "type": "string", "words": "Model version.", "required": False}
    return [
        {"name": "customerId", "type": "string", "words": "Customer number.", "required": True},
        {"name": "model", "type": "object", "words": "Model that produced it.", "children": [leaf, leaf]},
        {"name": LONG_WORD, "type": "array of Reason, nullable", "words": LONG},
    ]


def _room(name: str, *routes: str) -> object:
    patterns = [path(f"{name}/{route}/", empty, name=route.split("/")[0]) for route in routes]
    return include((patterns, name))


_PORTAL = [
    path("home/", home, name="home"),
    path("browse/", browse, name="browse"),
    path("suggest/", suggest, name="suggest"),
]

urlpatterns = [
    path("", gallery),
    path("", include((_PORTAL, "portal"))),
    path("", _room("rest", "docs")),
    path("", _room("catalog", "publish", "service-new")),
    path(
        "", _room("accounts", "sign-in", "sign-out", "profile", "my-teams", "audit", "people", "theme", "notice-list")
    ),
    path("", _room("marketplace", "application-list", "application-new")),
    path("", _room("discovery", "overview", "source-new")),
]
