"""The rows of the marketplace over REST. The API belongs to the first team, the application to the other one: its
member asks, the first team's publishers decide, and tokens change nothing without the scope marketplace."""

from typing import Any

from marketplace.models import AccessRequest, Application, Subscription
from tests.contracts.matrix import Row, rest
from tests.contracts.matrix_catalog import body, named
from tests.factories.catalog import make_api, make_environment
from tests.factories.marketplace import make_application, make_plan, make_request, make_subscription
from tests.personas import Cast

KNOWN = rest(200)
_VIEWER = {"viewer": 404}
_OWNERS = ("member", "maintainer", "administrator")
_HOLDERS = ("stranger", "administrator")

#: What both sides and administrators know of, and others do not.
READ = KNOWN | _VIEWER


def owners(status: int) -> dict[str, int]:
    return rest(403, **_VIEWER, **dict.fromkeys(_OWNERS, status))


def holders(status: int) -> dict[str, int]:
    return rest(403, **_VIEWER, **dict.fromkeys(_HOLDERS, status))


BOTH = rest(403, **_VIEWER, **dict.fromkeys({*_OWNERS, *_HOLDERS}, 200))
PUBLISHERS = rest(403, **dict.fromkeys(_OWNERS, 200))


def plans(cast: Cast) -> None:
    api = make_api("payments-api", owner=cast.team)
    make_plan(api, "Standard", approval="owner")
    make_plan(api, "Large")


def application(cast: Cast) -> None:
    make_application("Ledger", team=cast.other_team)


def asked(cast: Cast) -> None:
    make_request(make_application("Ledger", team=cast.other_team), make_plan_of(cast))


def questioned(cast: Cast) -> None:
    asked(cast)
    AccessRequest.objects.update(state="asked")


def make_plan_of(cast: Cast) -> Any:
    api = make_api("payments-api", owner=cast.team)
    make_plan(api, "Large")
    return make_plan(api, "Standard", approval="owner")


def subscribed(cast: Cast, state: str = "approved") -> None:
    make_subscription(make_application("Ledger", team=cast.other_team), make_plan_of(cast), state=state)


def suspended(cast: Cast) -> None:
    subscribed(cast, "suspended")


def may_ask(cast: Cast) -> None:
    plans(cast)
    application(cast)


def an_application(cast: Cast) -> dict[str, Any]:
    return {"application": Application.objects.get().public_id}


def a_request(cast: Cast) -> dict[str, Any]:
    return {"access_request": AccessRequest.objects.get().public_id}


def a_subscription(cast: Cast) -> dict[str, Any]:
    return {"subscription": Subscription.objects.get().public_id}


def new_request(cast: Cast) -> dict[str, Any]:
    ledger = Application.objects.get().public_id
    return {"application": ledger, "api": "payments-api", "version": "latest", "plan": "large", "reason": "Invoices"}


API = named(api="payments-api")
PLAN = named(api="payments-api", plan="standard")
REASON, TEXT = body(reason="Too much"), body(text="What for?")

ROWS = [
    Row("rest:marketplace:application-list", "GET", KNOWN, prepare=application),
    Row(
        "rest:marketplace:application-list",
        "POST",
        rest(201, token_read=403, token_publish=403),
        body=body(name="Invoices"),
        prepare=lambda cast: make_environment(),
    ),
    Row(
        "rest:marketplace:application-detail",
        "GET",
        rest(404, stranger=200, administrator=200),
        an_application,
        prepare=application,
    ),
    Row("rest:marketplace:application-detail", "PATCH", holders(200), an_application, body(name="A"), prepare=asked),
    Row("rest:marketplace:application-retire", "POST", holders(200), an_application, prepare=asked),
    Row("rest:marketplace:plan-list", "GET", KNOWN, API, prepare=plans),
    Row(
        "rest:marketplace:plan-list",
        "POST",
        PUBLISHERS | dict.fromkeys(_OWNERS, 201),
        API,
        body(name="Small"),
        prepare=plans,
    ),
    Row("rest:marketplace:plan-detail", "GET", KNOWN, PLAN, prepare=plans),
    Row("rest:marketplace:plan-detail", "PATCH", PUBLISHERS, PLAN, body(name="Normal"), prepare=plans),
    Row("rest:marketplace:plan-deprecate", "POST", PUBLISHERS, PLAN, prepare=plans),
    Row("rest:marketplace:plan-restore", "POST", PUBLISHERS, PLAN, prepare=plans),
    Row("rest:marketplace:request-list", "GET", KNOWN, prepare=asked),
    # Of an application that somebody may not know of nothing can be asked.
    Row(
        "rest:marketplace:request-list",
        "POST",
        rest(400, stranger=201, administrator=201),
        body=new_request,
        prepare=may_ask,
    ),
    Row("rest:marketplace:request-detail", "GET", READ, a_request, prepare=asked),
    Row("rest:marketplace:request-approve", "POST", owners(200), a_request, prepare=asked),
    Row("rest:marketplace:request-reject", "POST", owners(200), a_request, REASON, prepare=asked),
    Row("rest:marketplace:request-ask", "POST", owners(200), a_request, TEXT, prepare=asked),
    Row("rest:marketplace:request-answer", "POST", holders(200), a_request, TEXT, prepare=questioned),
    Row("rest:marketplace:request-withdraw", "POST", holders(200), a_request, prepare=asked),
    Row("rest:marketplace:subscription-list", "GET", KNOWN, prepare=subscribed),
    Row("rest:marketplace:subscription-detail", "GET", READ, a_subscription, prepare=subscribed),
    Row("rest:marketplace:subscription-suspend", "POST", owners(200), a_subscription, REASON, prepare=subscribed),
    Row("rest:marketplace:subscription-resume", "POST", owners(200), a_subscription, prepare=suspended),
    Row("rest:marketplace:subscription-revoke", "POST", BOTH, a_subscription, REASON, prepare=subscribed),
    Row(
        "rest:marketplace:subscription-expiry",
        "POST",
        owners(200),
        a_subscription,
        body(expires_at="2999-01-01T00:00:00Z"),
        prepare=subscribed,
    ),
    Row(
        "rest:marketplace:subscription-change-plan",
        "POST",
        holders(200),
        a_subscription,
        body(plan="large"),
        prepare=subscribed,
    ),
]
