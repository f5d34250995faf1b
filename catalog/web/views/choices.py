"""What the fields of related entries find while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.models import API, Service
from catalog.web.choices import find_entries
from common.access import SignInRequired
from common.errors import Invalid
from common.web.htmx import render

_MODELS = {"api": API, "service": Service}


@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """Check boxes named ``?field=`` of entries of ``?kind=`` that hold ``?find=``, without those chosen already."""
    if not request.actor.is_authenticated:
        raise SignInRequired
    model, field = _MODELS.get(request.GET.get("kind", "")), request.GET.get("field", "")
    if model is None or not field.isidentifier():
        raise Invalid({"kind": "Use api or service."})
    text = request.GET.get(f"find_{field}", "")
    chosen = set(request.GET.getlist(field))
    context = {"found": find_entries(request.actor, model, text, chosen), "find": text, "name": field}
    return render(request, "catalog/_found.html", context)
