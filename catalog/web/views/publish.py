"""Publishing a specification in a form: check what it would do, or do it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from catalog.permissions import Action
from catalog.usecases.publish_version import PublishResult, SpecificationRefused, publish_version
from catalog.web.publish_form import PublishSpecification, too_large_words
from common.access import require
from common.web.forms import refusals_in
from common.web.htmx import INVALID_FORM, redirect, render

# Field names, boundaries and the other fields of the form, beside the document itself.
_REST_OF_FORM = 1_000_000
_DONE = {
    "created": "{api} {version} is published",
    "replaced": "The draft {api} {version} is replaced",
    "updated": "{api} {version} is updated",
    "unchanged": "{api} {version} was published like this before",
}
_WOULD = {
    "created": "Publishing makes version {version} of {api}",
    "replaced": "Publishing replaces the draft {version} of {api}",
    "updated": "Publishing changes what is said about {api} {version}: {changed}",
    "unchanged": "{api} {version} is published like this already",
}

_PIPELINE = """curl --fail-with-body -X PUT \\
  -H "Authorization: Bearer $PORTICO_TOKEN" \\
  -H "Content-Type: application/yaml" \\
  --data-binary @openapi.yaml \\
  {site}/api/v1/apis/{api}/versions/auto"""

View = Callable[[HttpRequest], HttpResponse]


def _bounded(view: View) -> View:
    """Refuse a body over the cap by its length alone, before anything reads it, the CSRF check included."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length <= settings.PORTICO_MAX_SPECIFICATION_BYTES + _REST_OF_FORM:
            return csrf_protect(view)(request)
        require(request.actor, Action.API_PUBLISH)
        # Nothing of the body is read, so the form comes back without what was in it.
        context = _context(request, PublishSpecification(actor=request.actor))
        return render(request, "catalog/publish.html", {**context, "refusal": too_large_words()}, status=413)

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@_bounded
def publish(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.API_PUBLISH)
    if request.method != "POST":
        form = PublishSpecification(actor=request.actor, initial={"name": request.GET.get("api", "")})
        return render(request, "catalog/publish.html", _context(request, form))
    form = PublishSpecification(request.POST, request.FILES, actor=request.actor)
    checks = request.POST.get("action") == "check"
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            with refusals_in(form):
                result = _publish(request, form, dry_run=checks)
                if not checks:
                    return _published(request, result)
                context = {"findings": result.findings, "answer": _words(_WOULD, result)}
        except SpecificationRefused as refused:
            context = {"findings": refused.findings, "refused": True}
    status = INVALID_FORM if form.errors or context.get("refused") else 200
    return render(request, "catalog/publish.html", {**_context(request, form), **context}, status=status)


def _publish(request: HttpRequest, form: PublishSpecification, *, dry_run: bool) -> PublishResult:
    return publish_version(
        actor=request.actor,
        api=form.cleaned_data["name"],
        version=form.version_name,
        document=form.content,
        media_type=form.media_type,
        metadata=form.metadata(),
        now=timezone.now(),
        dry_run=dry_run,
    )


def _published(request: HttpRequest, result: PublishResult) -> HttpResponse:
    messages.success(request, _words(_DONE, result))
    return redirect(request, reverse("catalog:version-detail", args=[result.api.slug, result.version.name]))


def _words(sentences: dict[str, str], result: PublishResult) -> str:
    return sentences[result.status].format(
        api=result.api.title, version=result.version.name, changed=", ".join(result.changed)
    )


def _context(request: HttpRequest, form: PublishSpecification) -> dict[str, Any]:
    api = form.initial.get("name")
    return {
        "section": "browse",
        "form": form,
        "megabytes": settings.PORTICO_MAX_SPECIFICATION_BYTES // 1_000_000,
        "pipeline": _PIPELINE.format(site=settings.PORTICO_URL, api=quote(api or "credit-check", safe="")),
        "cancel_url": reverse("catalog:api-detail", args=[api]) if api else "/",
    }
