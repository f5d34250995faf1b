"""What the fields of related entries find while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.models import API, Service
from catalog.web.choices import find_entries, named_entries
from common.access import SignInRequired
from common.errors import Invalid
from common.slugs import is_slug
from common.web.htmx import render

_MODELS = {"api": API, "service": Service}


@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """Check boxes named ``?field=`` of entries of ``?kind=`` that hold ``?find=``, without those chosen already; radio
    buttons with ``?single=true``."""
    if not request.actor.is_authenticated:
        raise SignInRequired
    model, field = _MODELS.get(request.GET.get("kind", "")), request.GET.get("field", "")
    if model is None or not field.isidentifier():
        raise Invalid({"kind": "Use api or service."})
    text = request.GET.get(f"find_{field}", "")
    chosen = [slug for slug in request.GET.getlist(field) if is_slug(slug)]
    is_single = request.GET.get("single") == "true"
    # The one that is chosen stays: these buttons take the place of those among which it is.
    kept = named_entries(request.actor, model, chosen) if is_single else []
    found = [*kept, *find_entries(request.actor, model, text, set(chosen))]
    context = {"found": found, "find": text, "name": field, "is_single": is_single, "chosen": chosen}
    return render(request, "catalog/_found.html", context)
