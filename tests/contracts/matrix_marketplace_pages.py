"""The rows of the pages of the marketplace. The API and its plans belong to the first team, the application that asks
to the second: the stranger holds it, the member and the maintainer decide about it.

Whoever has only a token is nobody on a page and is asked to sign in.
"""

from collections.abc import Callable

from marketplace.models import AccessRequest, Application, Credential, Plan, RequestState, Subscription
from tests.contracts.matrix import Row, page
from tests.contracts.matrix_catalog_pages import NOBODY
from tests.factories.catalog import make_api
from tests.factories.credentials import make_key
from tests.factories.marketplace import (
    environment_of,
    make_application,
    make_plan,
    make_request,
    make_subscription,
)
from tests.personas import Cast

APPLICATION, SUBSCRIPTION, REQUEST = "app_matrix0000000000", "sub_matrix0000000000", "req_matrix0000000000"
KEY, PLAN, OTHER_PLAN = "key_matrix0000000000", "pln_matrix0000000000", "pln_matrix0000000001"

OWNERS = ("member", "maintainer", "administrator")
HOLDERS = ("stranger", "administrator")

ONE = {"public_id": APPLICATION}
ACCESS = {"public_id": SUBSCRIPTION}
ASKED = {"public_id": REQUEST}
API = {"slug": "payments-api"}
ITS_PLAN = {**API, "plan": PLAN}


def named(**kwargs: str) -> Callable[[Cast], dict[str, str]]:
    return lambda cast: kwargs


def api(cast: Cast) -> Plan:
    """An API with a plan that its owner approves, and one that approves by itself."""
    environment_of("production")
    made = make_api("payments-api", owner=cast.team)
    plan = make_plan(made, "Standard", approval="owner")
    other = make_plan(made, "Small")
    for row, public_id in ((plan, PLAN), (other, OTHER_PLAN)):
        Plan.objects.filter(pk=row.pk).update(public_id=public_id)
    plan.refresh_from_db()
    return plan


def application(cast: Cast) -> Application:
    made = make_application("Offers", team=cast.other_team)
    Application.objects.filter(pk=made.pk).update(public_id=APPLICATION)
    made.refresh_from_db()
    return made


def access(cast: Cast) -> Subscription:
    """The application has access, and a key."""
    made = make_subscription(application(cast), api(cast))
    Subscription.objects.filter(pk=made.pk).update(public_id=SUBSCRIPTION)
    key, _secret = make_key(made)
    Credential.objects.filter(pk=key.pk).update(public_id=KEY)
    made.refresh_from_db()
    return made


def suspended(cast: Cast) -> None:
    Subscription.objects.filter(pk=access(cast).pk).update(state="suspended")


def asking(cast: Cast) -> AccessRequest:
    made = make_request(application(cast), api(cast))
    AccessRequest.objects.filter(pk=made.pk).update(public_id=REQUEST)
    made.refresh_from_db()
    return made


def asked_back(cast: Cast) -> None:
    AccessRequest.objects.filter(pk=asking(cast).pk).update(state=RequestState.ASKED)


def deprecated(cast: Cast) -> None:
    plan = api(cast)
    Plan.objects.filter(pk=plan.pk).update(deprecated_at=plan.created_at)


def those(status: int, *people: str, rest: int = 404, **others: int) -> dict[str, int]:
    """The answers of a page that these people get with ``status``; others get ``rest``."""
    return page(rest, **dict.fromkeys(people, status), **others)


def body(**values: str):
    return lambda cast: values


#: Both sides know of the access; only one of them may do what the page is for.
def held(status: int) -> dict[str, int]:
    return those(status, *HOLDERS, member=403, maintainer=403)


def decided(status: int) -> dict[str, int]:
    return those(status, *OWNERS, stranger=403)


def both(status: int) -> dict[str, int]:
    return those(status, *OWNERS, "stranger")


def managed(status: int) -> dict[str, int]:
    return page(403, **NOBODY, **dict.fromkeys(OWNERS, status))


def read_and_sent(url: str, answers, kwargs, prepare, **values: str) -> list[Row]:
    """The question and its answer."""
    return [
        Row(url, "GET", answers(200), named(**kwargs), prepare=prepare),
        Row(url, "POST", answers(303), named(**kwargs), body(**values), prepare=prepare),
    ]


ROWS = [
    Row("marketplace:application-list", "GET", page(200), prepare=application),
    Row("marketplace:application-new", "GET", page(200), prepare=api),
    Row(
        "marketplace:application-new",
        "POST",
        page(303),
        body=body(name="New", team="me", environment="production"),
        prepare=api,
    ),
    *(
        Row(f"marketplace:application-{tab}", "GET", both(200), named(**ONE), prepare=access)
        for tab in ("detail", "subscriptions", "keys", "members")
    ),
    Row("marketplace:application-history", "GET", held(200), named(**ONE), prepare=access),
    *read_and_sent("marketplace:application-edit", held, ONE, access, name="Renamed", team="lending"),
    *read_and_sent("marketplace:application-retire", held, ONE, access),
    *read_and_sent("marketplace:subscription-plan", held, ACCESS, access, plan=OTHER_PLAN),
    *read_and_sent("marketplace:subscription-suspend", decided, ACCESS, access),
    *read_and_sent("marketplace:subscription-resume", decided, ACCESS, suspended),
    *read_and_sent("marketplace:subscription-revoke", both, ACCESS, access),
    *read_and_sent("marketplace:subscription-expiry", decided, ACCESS, access),
    Row("marketplace:subscription-enforcement", "GET", both(200), named(**ACCESS), prepare=access),
    Row("marketplace:key-enforcement", "GET", both(200), named(public_id=KEY), prepare=access),
    Row("marketplace:approvals", "GET", page(200), prepare=asking),
    *read_and_sent("marketplace:request-approve", decided, ASKED, asking),
    *read_and_sent("marketplace:request-reject", decided, ASKED, asking, reason="Too much"),
    *read_and_sent("marketplace:request-ask", decided, ASKED, asking, text="How much?"),
    *read_and_sent("marketplace:request-answer", held, ASKED, asked_back, text="Ten a day"),
    *read_and_sent("marketplace:request-withdraw", held, ASKED, asking),
    Row("marketplace:get-access", "GET", page(200), named(**API), prepare=api),
    Row(
        "marketplace:get-access",
        "POST",
        page(303),
        named(**API),
        body(application="new", name="New", team="me", environment="production", plan=PLAN, reason="To call it"),
        prepare=api,
    ),
    Row("marketplace:api-plans", "GET", page(200, **NOBODY), named(**API), prepare=api),
    Row("marketplace:plan-new", "GET", managed(200), named(**API), prepare=api),
    Row(
        "marketplace:plan-new",
        "POST",
        managed(303),
        named(**API),
        body(name="Large", approval="owner", authentication="api_key"),
        prepare=api,
    ),
    *read_and_sent(
        "marketplace:plan-edit", managed, ITS_PLAN, api, name="Larger", approval="owner", authentication="api_key"
    ),
    Row("marketplace:plan-move", "POST", managed(303), named(**ITS_PLAN), body(direction="down"), prepare=api),
    *read_and_sent("marketplace:plan-deprecate", managed, ITS_PLAN, api),
    Row("marketplace:plan-restore", "POST", managed(303), named(**ITS_PLAN), prepare=deprecated),
]
