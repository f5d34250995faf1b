"""From an application to a subscription and its end through the REST API."""

import pytest

from accounts.models import Role, Scope
from catalog.models import API, APIVersion
from marketplace import questions
from marketplace.questions import Enforcement, GatewayWord
from tests.factories.accounts import make_team, make_token, make_user
from tests.factories.catalog import make_api, make_environment
from tests.factories.marketplace import make_application, make_plan, make_request, make_subscription

pytestmark = pytest.mark.django_db


class Caller:
    """Speaks to the REST API with a person's token."""

    def __init__(self, client, team=None, **options):
        self.user = make_user(**options)
        self.team = team
        if team:
            team.memberships.create(user=self.user)
        self._client, self._headers = client, {"authorization": f"Bearer {self._secret()}"}

    def _secret(self):
        return make_token(user=self.user, scopes=(Scope.MARKETPLACE,))[1]

    def _sent(self, method, path, *given, **options):
        answer = getattr(self._client, method)(f"/api/v1/{path}", *given, headers=self._headers, **options)
        return answer.status_code, answer.json()

    def get(self, path, **query):
        return self._sent("get", path, query)

    def post(self, path, **body):
        return self._sent("post", path, body, content_type="application/json")

    def patch(self, path, **body):
        return self._sent("patch", path, body, content_type="application/json")


@pytest.fixture
def owner(client):
    return Caller(client, make_team("payments"))


@pytest.fixture
def holder(client):
    return Caller(client, make_team("channels"))


@pytest.fixture
def api(owner):
    make_environment("production", position=1)
    return make_api("payments-api", owner=owner.team, versions=("1.0.0", "1.2.0"))


def asked(**more):
    return {"application": "Invoices", "api": "payments-api", "version": "latest", "plan": "gold", **more}


def ids(answer):
    return [row["id"] for row in answer[1]["results"]]


def test_it_goes_from_an_application_to_a_subscription(api, owner, holder, monkeypatch):
    # As where nobody knows of gateways.
    monkeypatch.setattr(questions.in_force_of, "_answer", None)
    status, plan = owner.post(
        "apis/payments-api/plans",
        name="Gold",
        approval="owner",
        authentication="api_key",
        limits=[{"requests": 10, "per": "second"}, {"requests": 9000, "per": "hour"}],
        terms="Be kind.",
    )
    assert (status, plan["slug"], plan["subscriber_count"]) == (201, "gold", 0)
    assert plan["limits"] == [{"requests": 10, "per": "second"}, {"requests": 9000, "per": "hour"}]
    status, application = holder.post("applications", name="Invoices", team="channels")
    assert (status, application["team"], application["environment"]) == (201, "channels", "production")

    status, told = holder.post("access-requests", **asked(reason="Invoices", accepts_terms=True))
    assert (status, told["state"], told["version"], told["warnings"]) == (201, "pending", "1.2.0", [])
    assert holder.get(f"subscriptions/{told['subscription']}")[1]["state"] == "pending"
    assert ids(owner.get("access-requests", decide="true")) == [told["id"]]
    assert ids(holder.get("access-requests", decide="true")) == []

    place = f"access-requests/{told['id']}"
    assert owner.post(f"{place}/ask", text="How much?")[1]["state"] == "asked"
    status, answered = holder.post(f"{place}/answer", text="Ten a day")
    assert [(one["is_question"], one["text"]) for one in answered["messages"]] == [
        (True, "How much?"),
        (False, "Ten a day"),
    ]
    status, decided = owner.post(f"{place}/approve", expires_at="2999-01-01T00:00:00Z")
    assert (status, decided["state"], decided["subscription"]) == (200, "approved", told["subscription"])
    status, again = owner.post(f"{place}/reject", reason="No")
    assert (status, again["state"], again["code"]) == (409, "approved", "conflict")

    status, subscription = holder.get(f"subscriptions/{told['subscription']}")
    assert {**subscription, "expires_at": subscription["expires_at"][:4]}.items() >= {
        "application": application["id"],
        "application_name": "Invoices",
        "api": "payments-api",
        "version": "1.2.0",
        "plan": "gold",
        "state": "approved",
        "expires_at": "2999",
        "in_force": None,
    }.items()
    assert holder.get(f"applications/{application['id']}")[1]["subscription_count"] == 1
    assert owner.get("apis/payments-api/plans/gold")[1]["subscriber_count"] == 1


def test_it_is_approved_at_once_and_named_when_asked_again(api, holder):
    make_plan(api, "Gold")
    holder.post("applications", name="Invoices")
    status, told = holder.post("access-requests", **asked(version="1.0.0"))
    assert (status, told["state"], told["decided_by"]) == (201, "approved", "")
    status, refused = holder.post("access-requests", **asked(version="1.2.0"))
    assert (status, refused["subscription"]) == (409, told["subscription"])


def test_it_warns_who_asks_for_a_deprecated_version(api, holder):
    make_plan(api, "Gold")
    holder.post("applications", name="Invoices")
    successor = APIVersion.objects.get(name="1.2.0")
    APIVersion.objects.filter(name="1.0.0").update(lifecycle="deprecated", sunset_on="2999-02-03", successor=successor)
    status, told = holder.post("access-requests", **asked(version="1.0.0"))
    assert (status, told["warnings"]) == (
        201,
        ["Payments 1.0.0 is deprecated and ends on 3 February 2999. Its successor is 1.2.0."],
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"application": "Unknown"}, "application"),
        ({"api": "unknown"}, "api"),
        ({"version": "9.9.9"}, "version"),
        ({"plan": "unknown"}, "plan"),
        ({"plan": "silver"}, "reason"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_it_says_which_part_of_a_request_is_not_known(api, holder, said, field):
    make_plan(api, "Gold")
    make_plan(api, "Silver", approval="owner")
    holder.post("applications", name="Invoices")
    status, told = holder.post("access-requests", **asked(**said))
    assert (status, [error["field"] for error in told["errors"]]) == (400, [field])


def test_it_asks_for_the_id_where_a_name_means_several(api, holder):
    make_plan(api, "Gold")
    first = make_application("Invoices", team=holder.team)
    make_application("invoices", person=holder.user)
    make_application("Invoices")
    status, told = holder.post("access-requests", **asked())
    assert status == 400
    assert first.public_id in told["errors"][0]["message"]
    assert holder.post("access-requests", **asked(application=first.public_id))[0] == 201


def test_it_is_suspended_resumed_and_revoked(api, owner, holder):
    subscription = make_subscription(make_application(team=holder.team), make_plan(api))
    place = f"subscriptions/{subscription.public_id}"
    status, told = owner.post(f"{place}/suspend", reason="Too much")
    assert (status, told["state"], told["state_reason"]) == (200, "suspended", "Too much")
    assert holder.post(f"{place}/resume")[0] == 403
    assert owner.post(f"{place}/resume")[1]["state"] == "approved"
    assert owner.post(f"{place}/expiry", expires_at=None)[1]["expires_at"] is None
    assert owner.post(f"{place}/expiry", expires_at="2001-01-01T00:00:00Z")[0] == 400
    assert holder.post(f"{place}/revoke")[1]["state"] == "revoked"
    assert holder.post(f"{place}/revoke")[0] == 409


def test_it_changes_the_plan_or_waits_for_it(api, owner, holder):
    subscription = make_subscription(make_application(team=holder.team), make_plan(api))
    make_plan(api, "Gold")
    make_plan(api, "Platinum", approval="owner")
    place = f"subscriptions/{subscription.public_id}"
    assert holder.post(f"{place}/change-plan", plan="gold")[1]["state"] == "approved"
    status, told = holder.post(f"{place}/change-plan", plan="platinum", reason="More")
    assert (status, told["kind"], told["state"], told["plan"]) == (200, "plan_change", "pending", "platinum")
    waiting = holder.get(place)[1]
    assert (waiting["plan"], waiting["open_request"]) == ("gold", told["id"])
    owner.post(f"access-requests/{told['id']}/approve")
    assert holder.get(place)[1]["plan"] == "platinum"


def test_it_says_on_which_gateways_it_is_in_force(api, holder, monkeypatch):
    subscription = make_subscription(make_application(team=holder.team), make_plan(api))
    seen = []

    def answer(subject, rows):
        seen.extend((subject, row.pk, row.generation) for row in rows)
        words = (GatewayWord("north", "North", "in_force", row_since), GatewayWord("south", "South", "waiting"))
        return {row.pk: Enforcement(words, 1, 2) for row in rows}

    row_since = subscription.created_at
    monkeypatch.setattr(questions.in_force_of, "_answer", answer)
    told = holder.get(f"subscriptions/{subscription.public_id}")[1]["in_force"]
    assert seen == [("subscription", subscription.pk, subscription.generation)]
    assert (told["count_in_force"], told["count"], told["since"]) == (1, 2, None)
    assert [(one["gateway"], one["state"]) for one in told["gateways"]] == [("north", "in_force"), ("south", "waiting")]
    assert holder.get("subscriptions")[1]["results"][0]["in_force"] == told


def test_it_tells_nothing_of_an_api_that_became_private_but_that_there_is_access(api, owner, holder):
    request = make_request(make_application(team=holder.team), make_plan(api, approval="owner"))
    API.objects.update(visibility="private")
    place = f"subscriptions/{request.subscription.public_id}"
    for told in (holder.get(place)[1], holder.get("subscriptions")[1]["results"][0]):
        assert (told["state"], told["api"], told["version"], told["plan"]) == ("pending", None, None, None)
    for told in (
        holder.get(f"access-requests/{request.public_id}")[1],
        holder.get("access-requests")[1]["results"][0],
    ):
        assert (told["api"], told["version"], told["plan"], told["warnings"]) == (None, None, None, [])
        assert "payments-api" not in str(told)
    assert ids(holder.get("subscriptions", api="payments-api")) == []
    assert owner.get(place)[1]["api"] == "payments-api"


def test_it_shows_who_decides_what_else_is_used(api, owner, holder):
    application = make_application(team=holder.team)
    sibling = make_application(team=holder.team)
    make_subscription(application, make_plan(make_api("seen")))
    make_subscription(application, make_plan(make_api("hidden", visibility="private")))
    make_subscription(sibling, make_plan())
    make_subscription(make_application(), make_plan())
    request = make_request(application, make_plan(api, approval="owner"))
    context = owner.get(f"access-requests/{request.public_id}")[1]["context"]
    assert [use["api"] for use in context.pop("uses")] == ["seen"]
    assert context == {"application_count": 2, "team_application_count": 1, "team_subscription_count": 1}


def test_it_narrows_its_lists(api, owner, holder):
    application = make_application("Ledger", team=holder.team)
    opened = make_subscription(application, make_plan(api, approval="owner"))
    other = make_subscription(application, make_plan(approval="owner"), state="pending")
    staging = make_application("Ledger", team=holder.team, environment="staging")
    assert ids(holder.get("subscriptions", state="approved")) == [opened.public_id]
    assert ids(holder.get("subscriptions", api="payments-api", application=application.public_id)) == [opened.public_id]
    assert ids(holder.get("subscriptions", environment="staging")) == []
    requests = {one.subscription: one.public_id for one in (opened.requests.get(), other.requests.get())}
    assert ids(holder.get("access-requests", state="open")) == [requests[other]]
    assert ids(holder.get("access-requests", state="approved", kind="access")) == [requests[opened]]
    assert ids(holder.get("access-requests", api="payments-api")) == [requests[opened]]
    assert ids(holder.get("access-requests", application=staging.public_id)) == []
    assert ids(holder.get("applications", environment="staging", q="ledg")) == [staging.public_id]
    assert ids(owner.get("applications", team="channels")) == [application.public_id]
    assert ids(owner.get("applications", mine="true")) == []
    assert ids(holder.get("applications", retired="true")) == []
    assert len(ids(holder.get("applications", retired="false"))) == 2
    assert holder.get("applications", colour="red")[0] == 400


def test_it_pages_its_lists_by_key(api, holder):
    made = [make_application(f"app-{number}", team=holder.team).public_id for number in range(3)]
    status, first = holder.get("applications", limit=2)
    assert (ids((status, first)), first["count"]) == (made[:2], 3)
    cursor = first["next"].partition("cursor=")[2].partition("&")[0]
    assert ids(holder.get("applications", limit=2, cursor=cursor)) == made[2:]


def test_it_shows_nobody_else_an_application_or_its_access(api, client, holder):
    request = make_request(make_application(team=holder.team), make_plan(api, approval="owner"))
    stranger = Caller(client)
    for place in (
        f"applications/{request.subscription.application.public_id}",
        f"subscriptions/{request.subscription.public_id}",
        f"access-requests/{request.public_id}",
    ):
        assert stranger.get(place)[0] == 404
    for place in ("applications", "subscriptions", "access-requests"):
        assert ids(stranger.get(place)) == []
    assert ids(Caller(client, role=Role.ADMINISTRATOR).get("access-requests", decide="true")) == [request.public_id]


def test_it_edits_deprecates_and_restores_a_plan(api, owner, holder):
    make_plan(api, "Gold")
    place = "apis/payments-api/plans/gold"
    status, told = owner.patch(place, limits=[{"requests": 3, "per": "minute"}], name="Golden")
    assert (status, told["slug"], told["name"]) == (200, "gold", "Golden")
    assert told["limits"] == [{"requests": 3, "per": "minute"}]
    assert holder.patch(place, name="Mine")[0] == 403
    assert owner.post(f"{place}/deprecate")[1]["deprecated_at"] is not None
    assert owner.post(f"{place}/restore")[1]["deprecated_at"] is None
    assert owner.patch(place, limits=[{"requests": 3, "per": "day"}])[0] == 400
    assert owner.patch(place, limits=[{"requests": 0, "per": "hour"}])[0] == 400
