"""What every page's template may use beside its own context."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    """The site's name and the actor of the request."""
    return {
        "site_name": settings.PORTICO_NAME,
        "site_url": settings.PORTICO_URL,
        "actor": getattr(request, "actor", None),
    }
