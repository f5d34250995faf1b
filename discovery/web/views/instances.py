"""Taking over what discovery proposes as instances of an API version."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from catalog.metadata import InstanceValue
from catalog.permissions import Action
from catalog.queries.versions import version_detail
from common.access import require
from common.errors import Invalid
from common.web.htmx import redirect
from common.web.toasts import say
from common.web.words import counted
from discovery.usecases.add_instances import add_instances
from discovery.web.answers import safe_next


@require_POST
def add(request: HttpRequest, api: str, version: str) -> HttpResponse:
    """The addresses that the form names as «environment address», or all of them; back to where it came from."""
    shown = version_detail(request.actor, api, version)
    require(request.actor, Action.API_EDIT, shown.api)
    named = [one.partition(" ") for one in request.POST.getlist("only")]
    chosen = [InstanceValue(environment=environment, url=url) for environment, _space, url in named] or None
    try:
        added = add_instances(actor=request.actor, version=shown, chosen=chosen, now=timezone.now())
    except Invalid:
        say(request, "Nothing was added", "What you chose is not proposed any more.")
    else:
        words = f"{counted(len(added), 'instance was,instances were')} added" if added else "Nothing was added"
        say(request, words, f"To {shown.api.title} {shown.name}." if added else "All of it is named already.")
    onward = request.POST.get("next") or f"{reverse('catalog:api-instances', args=[api])}?version={shown.name}"
    return redirect(request, safe_next(request, onward))
