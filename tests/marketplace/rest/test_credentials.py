"""Keys through the REST API: the key once, the lists with their filters, who sees what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role, Scope
from catalog.models import API
from marketplace import questions
from marketplace.keys import digest_of, is_key
from marketplace.models import Credential, CredentialPurpose, SubscriptionState
from marketplace.questions import Enforcement, GatewayWord
from tests.factories.accounts import make_team, make_token, make_user
from tests.factories.catalog import make_api, publish
from tests.factories.credentials import make_access, make_key
from tests.factories.marketplace import make_application

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


class Caller:
    """Speaks to the REST API with a token."""

    def __init__(self, client, **holder):
        self.client = client
        secret = make_token(scopes=(Scope.MARKETPLACE,), **holder)[1]
        self.headers = {"authorization": f"Bearer {secret}"}

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path, body=None):
        return self.client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=self.headers)

    def ids(self, **query):
        answer = self.get("credentials", **query)
        assert answer.status_code == 200, answer.content
        return {row["id"] for row in answer.json()["results"]}


@pytest.fixture
def team():
    return make_team("channels", title="Channels")


@pytest.fixture
def subscription(team):
    return make_access(make_application(team=team, name="Rate Offers"), make_api("credit-check"))


@pytest.fixture
def holder(client, team):
    return Caller(client, user=_member(team))


def _member(team):
    user = make_user()
    team.memberships.create(user=user)
    return user


@pytest.fixture
def owner(client, subscription):
    return Caller(client, user=_member(subscription.api.owner))


@pytest.fixture
def administrator(client):
    return Caller(client, role=Role.ADMINISTRATOR)


def issue(caller, subscription, **body):
    return caller.post(f"subscriptions/{subscription.public_id}/credentials", {"kind": "api_key", **body})


def test_it_answers_a_new_key_once(holder, subscription):
    answer = issue(holder, subscription)
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    told = answer.json()
    assert is_key(told["key"])
    assert Credential.objects.get(public_id=told["id"]).digest == digest_of(told["key"])
    assert told["key"].startswith(told["prefix"])
    assert told["key"].endswith(told["last_four"])
    assert told["application"] == {
        "id": subscription.application.public_id, "name": "Rate Offers", "team": "channels",
    }  # fmt: skip
    assert (told["api"], told["environment"], told["state"]) == ("credit-check", "production", "live")
    again = holder.get(f"credentials/{told['id']}").json()
    assert "key" not in again
    assert told["key"] not in str(again)


def test_it_says_why_no_key_is_issued(holder, subscription):
    assert issue(holder, subscription, expires_at="2020-01-01T00:00:00Z").json()["errors"] == [
        {"field": "expires_at", "message": "This time has passed."}
    ]
    assert issue(holder, subscription, kind="oauth_client").status_code == 400
    assert holder.post(f"subscriptions/{subscription.public_id}/credentials").status_code == 400
    subscription.state = SubscriptionState.SUSPENDED
    subscription.save()
    refused = issue(holder, subscription)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "is suspended" in refused.json()["detail"]


def test_the_owner_of_the_api_issues_none_and_a_stranger_finds_no_subscription(client, owner, subscription):
    assert issue(owner, subscription).status_code == 403
    assert issue(Caller(client, user=make_user()), subscription).status_code == 404


def test_a_token_that_only_reads_issues_and_revokes_none(client, team, subscription):
    key, _ = make_key(subscription)
    reader = Caller(client, team=team)
    reader.headers = {"authorization": f"Bearer {make_token(team=team, scopes=(Scope.READ,))[1]}"}
    assert issue(reader, subscription).status_code == 403
    assert reader.post(f"credentials/{key.public_id}/revoke").status_code == 403
    assert reader.ids() == {key.public_id}


def test_it_rotates_with_an_overlap_which_can_be_changed(holder, subscription):
    older = issue(holder, subscription).json()
    before = timezone.now()
    answer = holder.post(f"subscriptions/{subscription.public_id}/credentials/rotate", {"overlap_seconds": 3600})
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert is_key(answer.json()["key"])
    ends = Credential.objects.get(public_id=older["id"]).expires_at
    assert before + timedelta(hours=1) <= ends <= timezone.now() + timedelta(hours=1)
    later = (timezone.now() + 3 * DAY).replace(microsecond=0)
    changed = holder.post(f"credentials/{older['id']}/overlap", {"expires_at": later.isoformat()})
    assert changed.status_code == 200
    assert Credential.objects.get(public_id=older["id"]).expires_at == later
    wrong = holder.post(f"credentials/{answer.json()['id']}/overlap", {"expires_at": later.isoformat()})
    assert wrong.status_code == 409
    third = holder.post(f"subscriptions/{subscription.public_id}/credentials/rotate")
    assert third.status_code == 409
    assert set(third.json()["credentials"]) == {older["id"], answer.json()["id"]}


def test_an_overlap_is_given_in_seconds_up_to_30_days(holder, subscription):
    make_key(subscription)
    for wrong in (-1, 30 * 86_400 + 1, "soon"):
        answer = holder.post(f"subscriptions/{subscription.public_id}/credentials/rotate", {"overlap_seconds": wrong})
        assert answer.json()["errors"][0]["field"] == "overlap_seconds"


def test_it_revokes_and_says_so_again(holder, owner, subscription):
    key, _ = make_key(subscription)
    answer = owner.post(f"credentials/{key.public_id}/revoke")
    assert answer.status_code == 200
    told = answer.json()
    assert told["state"] == "revoked"
    again = holder.post(f"credentials/{key.public_id}/revoke")
    assert again.json()["revoked_at"] == told["revoked_at"]


def test_it_says_where_a_key_is_in_force_or_that_nobody_knows(holder, subscription, monkeypatch):
    key, _ = make_key(subscription, generation=7)
    monkeypatch.setattr(questions.in_force_of, "_answer", None)
    assert holder.get(f"credentials/{key.public_id}").json()["in_force"] is None
    since = timezone.now().replace(microsecond=0)

    def answer(subject, rows):
        assert subject == "credential"
        assert [(row.pk, row.generation) for row in rows] == [(key.pk, 7)]
        words = (GatewayWord("eu-1", "EU 1", "in_force", since), GatewayWord("eu-2", "EU 2", "refused", None, "no"))
        return {key.pk: Enforcement(words, 1, 2)}

    monkeypatch.setattr(questions.in_force_of, "_answer", answer)
    told = holder.get("credentials").json()["results"][0]["in_force"]
    assert (told["count_in_force"], told["count"], told["since"]) == (1, 2, None)
    assert [word["state"] for word in told["gateways"]] == ["in_force", "refused"]
    assert told["gateways"][0]["since"] == since.isoformat().replace("+00:00", "Z")


def test_each_sees_the_keys_of_their_applications_and_of_their_apis(client, holder, owner, administrator, subscription):
    own, _ = make_key(subscription)
    other, _ = make_key()
    assert holder.ids() == owner.ids() == {own.public_id}
    assert administrator.ids() == {own.public_id, other.public_id}
    assert Caller(client, user=make_user()).ids() == set()
    assert holder.get(f"credentials/{other.public_id}").status_code == 404
    assert holder.post(f"credentials/{other.public_id}/revoke").status_code == 404


def test_it_narrows_the_list(administrator, subscription):
    key, _ = make_key(subscription)
    other, _ = make_key(make_access(make_application(environment="staging")), purpose=CredentialPurpose.CONSOLE)
    own = {
        "application": subscription.application.public_id,
        "team": "channels",
        "api": "credit-check",
        "environment": "production",
        "subscription": subscription.public_id,
        "last_four": key.last_four,
        "purpose": "application",
    }
    for name, value in own.items():
        assert administrator.ids(**{name: value}) == {key.public_id}, name
    assert administrator.ids(environment="staging") == administrator.ids(purpose="console") == {other.public_id}


def test_it_narrows_by_state_of_the_key_and_of_its_access(administrator, subscription):
    now = timezone.now()
    live, _ = make_key(subscription, expires_at=now + DAY)
    expired, _ = make_key(subscription, expires_at=now)
    revoked, _ = make_key(subscription, revoked_at=now, expires_at=now)
    of_suspended, _ = make_key(make_access(state=SubscriptionState.SUSPENDED))
    of_revoked, _ = make_key(make_access(state=SubscriptionState.REVOKED))
    of_expired, _ = make_key(make_access(state=SubscriptionState.EXPIRED))
    of_ended, _ = make_key(make_access(expires_at=now))
    wanted = {
        "live": {live, of_suspended},
        "expired": {expired, of_expired, of_ended},
        "revoked": {revoked, of_revoked},
    }
    for state, keys in wanted.items():
        rows = administrator.get("credentials", state=state).json()["results"]
        assert {row["id"] for row in rows} == {key.public_id for key in keys}
        # What a row says of itself is what it is found by.
        assert {row["state"] for row in rows} == {state}
    assert administrator.get("credentials", state="lost").status_code == 400


def test_it_finds_keys_that_nobody_used_and_those_that_end_soon(administrator, subscription):
    now = timezone.now()
    old = {"created_at": now - 100 * DAY}
    never, _ = make_key(subscription, **old)
    lately, _ = make_key(subscription, last_used_at=now - DAY, expires_at=now + 5 * DAY, **old)
    long_ago, _ = make_key(subscription, last_used_at=now - 95 * DAY, **old)
    make_key(subscription, created_at=now - 80 * DAY)
    with_access, _ = make_key(make_access(expires_at=now + 6 * DAY))
    make_key(subscription, expires_at=now + 5 * DAY, revoked_at=now)
    assert administrator.ids(unused_for_days=90) == {never.public_id, long_ago.public_id}
    assert administrator.ids(expires_within_days=7) == {lately.public_id, with_access.public_id}
    assert administrator.ids(expires_within_days=5) == {lately.public_id}
    for wrong in ("0", "-1", "x", "1.5", "4000"):
        assert administrator.get("credentials", unused_for_days=wrong).status_code == 400, wrong


@pytest.mark.parametrize("ordering", ["created", "last_used", "expires"])
def test_it_pages_in_any_order_past_keys_that_have_no_such_time(administrator, subscription, ordering):
    now = timezone.now()
    times = [None, now + DAY, now + 2 * DAY, None]
    keys = [
        make_key(subscription, created_at=now + at * DAY, last_used_at=time, expires_at=time)[0]
        for at, time in enumerate(times)
    ]
    # Never used comes first, without an end last.
    wanted = {"created": [0, 1, 2, 3], "last_used": [0, 3, 1, 2], "expires": [1, 2, 0, 3]}[ordering]
    for name, order in ((ordering, wanted), (f"-{ordering}", wanted[::-1])):
        found, answer = [], administrator.get("credentials", ordering=name, limit=1).json()
        while True:
            found += [row["id"] for row in answer["results"]]
            if answer["next"] is None:
                break
            path = answer["next"].partition("/api/v1/")[2]
            answer = administrator.get(path).json()
        assert found == [keys[at].public_id for at in order], name


def test_consumers_are_named_to_the_owner_and_counted_for_others(client, holder, owner, administrator, subscription):
    api = subscription.api
    others = [make_access(api=api) for _ in range(2)]
    make_access(api=api, state=SubscriptionState.PENDING)
    make_access(api=api, state=SubscriptionState.REVOKED)
    others[0].state = SubscriptionState.SUSPENDED
    others[0].save()
    everyone = {one.public_id for one in (subscription, *others)}
    stranger = Caller(client, user=make_user())
    for caller, named in ((owner, everyone), (administrator, everyone), (holder, {subscription.public_id}),
                          (stranger, set())):  # fmt: skip
        answer = caller.get("apis/credit-check/consumers").json()
        assert answer["applications"] == 3
        assert {row["subscription"] for row in answer["results"]} == named
    assert [row["state"] for row in owner.get("apis/credit-check/consumers", state="revoked").json()["results"]] == [
        "revoked"
    ]
    found = owner.get("apis/credit-check/consumers", q="rate OFF").json()["results"]
    assert [row["application"]["name"] for row in found] == ["Rate Offers"]
    assert owner.get("apis/credit-check/consumers", environment="nowhere").json()["results"] == []
    assert client.get("/api/v1/apis/credit-check/consumers").status_code == 401


def test_an_application_with_two_versions_is_one_consumer(owner, subscription):
    publish("credit-check", "2.0.0")
    make_access(subscription.application, API.objects.get(slug="credit-check"))
    answer = owner.get("apis/credit-check/consumers").json()
    assert answer["applications"] == 1
    assert {row["version"] for row in answer["results"]} == {"1.0.0", "2.0.0"}


def test_a_key_does_not_name_a_private_api_to_holders_who_may_not_see_it(holder, owner, subscription):
    key, _ = make_key(subscription)
    API.objects.update(visibility="private")
    told = holder.get(f"credentials/{key.public_id}").json()
    assert (told["api"], told["version"], told["environment"]) == (None, None, "production")
    assert holder.ids(api="credit-check") == set()
    assert owner.get(f"credentials/{key.public_id}").json()["api"] == "credit-check"
    assert owner.ids(api="credit-check") == {key.public_id}


def test_consumers_of_what_one_may_not_see_are_not_found(client):
    make_access(api=make_api("secret", visibility="private"))
    assert Caller(client, user=make_user()).get("apis/secret/consumers").status_code == 404
