"""The rows of keys and consumers. The API belongs to the first team, the application to the other one: its member
issues keys, the first team's publishers may only revoke them, and tokens change nothing without the scope
marketplace."""

from typing import Any

from marketplace.models import Credential, Subscription
from tests.contracts.matrix import Row, page, rest
from tests.contracts.matrix_catalog import body, named
from tests.contracts.matrix_marketplace import BOTH, KNOWN, READ, holders, subscribed
from tests.factories.credentials import make_key
from tests.personas import Cast

_PEOPLE = ("member", "maintainer", "stranger", "administrator")
_FAR = "2999-01-01T00:00:00Z"


def keyed(cast: Cast) -> None:
    subscribed(cast)
    make_key(Subscription.objects.get())


def rotated(cast: Cast) -> None:
    keyed(cast)
    make_key(Subscription.objects.get())


def a_subscription(cast: Cast) -> dict[str, Any]:
    return {"public_id": Subscription.objects.get().public_id}


def an_application_page(cast: Cast) -> dict[str, Any]:
    return {"public_id": Subscription.objects.get().application.public_id}


def a_key(cast: Cast) -> dict[str, Any]:
    return {"public_id": Credential.objects.earliest("created_at").public_id}


def of_rest(cast: Cast) -> dict[str, Any]:
    return {"credential": a_key(cast)["public_id"]}


def subscription_of_rest(cast: Cast) -> dict[str, Any]:
    return {"subscription": a_subscription(cast)["public_id"]}


def holders_page(status: int) -> dict[str, int]:
    """Pages for those who hold the application; the API's owners may know of it, and not do it."""
    return page(403, viewer=404, stranger=status, administrator=status)


def both_page(status: int) -> dict[str, int]:
    return page(404, **dict.fromkeys(_PEOPLE, status))


REST = [
    Row("rest:marketplace:credential-list", "GET", KNOWN, prepare=keyed),
    Row("rest:marketplace:credential-detail", "GET", READ, of_rest, prepare=keyed),
    Row("rest:marketplace:credential-issue", "POST", holders(201), subscription_of_rest, body(kind="api_key"),
        prepare=subscribed),
    Row("rest:marketplace:credential-rotate", "POST", holders(201), subscription_of_rest, prepare=keyed),
    # An end as far off as that is refused, to those who may choose one.
    Row("rest:marketplace:credential-overlap", "POST", holders(400), of_rest, body(expires_at=_FAR), prepare=rotated),
    Row("rest:marketplace:credential-revoke", "POST", BOTH, of_rest, prepare=keyed),
    Row("rest:marketplace:consumer-list", "GET", rest(200), named(api="payments-api"), prepare=subscribed),
]  # fmt: skip

PAGES = [
    Row("marketplace:keys", "GET", page(403, administrator=200), prepare=keyed),
    Row("marketplace:key-issue", "GET", holders_page(200), a_subscription, prepare=subscribed),
    Row("marketplace:key-issue", "POST", holders_page(200), a_subscription, body(lifetime="90"), prepare=subscribed),
    Row("marketplace:key-rotate", "GET", holders_page(200), a_subscription, prepare=keyed),
    Row("marketplace:key-rotate", "POST", holders_page(200), a_subscription, body(overlap_seconds="3600", lifetime="0"),
        prepare=keyed),
    Row("marketplace:key-overlap", "GET", holders_page(200), a_key, prepare=rotated),
    Row("marketplace:key-overlap", "POST", holders_page(303), a_key, body(expires_at="3600"), prepare=rotated),
    Row("marketplace:key-revoke", "GET", both_page(200), a_key, prepare=keyed),
    Row("marketplace:key-revoke", "POST", both_page(303), a_key, prepare=keyed),
    Row("marketplace:api-consumers", "GET", page(200), named(slug="payments-api"), prepare=subscribed),
]  # fmt: skip

ROWS = [*REST, *PAGES]
