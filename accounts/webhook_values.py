"""What of a webhook people give, checked."""

from collections.abc import Collection
from ipaddress import ip_address

from accounts.models import Webhook
from accounts.notice_kinds import sent_kinds
from common.errors import Invalid
from common.http.places import Place, place_of
from common.outbound import is_allowed

#: Room enough for anybody, and a bound to what one event costs.
MAX_WEBHOOKS = 20


def checked_url(url: str) -> str:
    """The address as it is kept; raises ``Invalid``. Whether a name or a private
    address may be called is judged at each call."""
    url = url.strip()
    if len(url) > Webhook._meta.get_field("url").max_length:
        raise Invalid({"url": "This address is too long."})
    place = place_of(url)
    if place is None:
        raise Invalid({"url": "Give an http or https address without a user name."})
    if _is_address(place.host) and not is_allowed(place.host):
        raise Invalid({"url": "Link-local, metadata and multicast addresses are never called."})
    return url


def checked_kinds(kinds: Collection[str]) -> list[str]:
    """Those of the kinds, each once and in their usual order; raises ``Invalid``."""
    known = [kind.name for kind in sent_kinds()]
    unknown = sorted(set(kinds).difference(known))
    if unknown:
        raise Invalid({"kinds": f"There is no such event: {', '.join(unknown)[:200]}."})
    return [kind for kind in known if kind in kinds]


def origin_of(url: str) -> str:
    """Scheme, host and port: what others than its maintainers may read, since the rest may be a secret."""
    place: Place | None = place_of(url)
    return f"{place.scheme}://{place.authority}" if place else ""


def _is_address(host: str) -> bool:
    """Whether the host is an address, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
