"""Notices and webhooks by REST."""

from accounts.models import Delivery, Scope
from tests.factories.accounts import make_token
from tests.factories.notices import make_delivery, make_notice, make_webhook
from tests.personas import Cast


def test_it_lists_ones_own_notices_unread_first(cast: Cast):
    client = cast.client("member")
    read = make_notice(cast.member, title="read")
    make_notice(cast.member, title="unread", kind="key.issued")
    make_notice(cast.viewer, title="foreign")
    assert client.post(f"/api/v1/notices/{read.public_id}/read").json()["read_at"] is not None
    titles = [one["title"] for one in client.get("/api/v1/notices").json()["results"]]
    assert titles == ["unread", "read"]
    assert [one["title"] for one in client.get("/api/v1/notices?unread=false").json()["results"]] == ["read"]
    assert [one["title"] for one in client.get("/api/v1/notices?kind=key.issued").json()["results"]] == ["unread"]
    assert client.post("/api/v1/notices/read-all").json() == {"read": 1}
    assert client.get("/api/v1/notices?unread=true").json()["results"] == []


def test_it_lets_a_token_that_reads_read_and_not_mark(cast: Cast):
    notice = make_notice(cast.member)
    _, secret = make_token(user=cast.member, scopes=(Scope.READ,))
    headers = {"Authorization": f"Bearer {secret}"}
    client = cast.client("anonymous")
    assert len(client.get("/api/v1/notices", headers=headers).json()["results"]) == 1
    assert client.post(f"/api/v1/notices/{notice.public_id}/read", headers=headers).status_code == 403


def test_it_makes_changes_and_removes_a_webhook(cast: Cast):
    client = cast.client("maintainer")
    given = {"url": "https://hooks.example.com/a", "team": "payments", "kinds": ["key.revoked", "key.issued"]}
    made = client.post("/api/v1/webhooks", given, content_type="application/json")
    assert made.headers["Cache-Control"] == "no-store"
    webhook = made.json()
    assert webhook["secret"].startswith("whsec_")
    assert webhook["kinds"] == ["key.issued", "key.revoked"]
    url = f"/api/v1/webhooks/{webhook['id']}"
    assert "secret" not in client.get(url).json()
    changed = client.patch(url, {"is_active": False}, content_type="application/json").json()
    assert changed["is_active"] is False
    assert client.post(f"{url}/test").status_code == 409
    assert client.post(f"{url}/rotate-secret").json()["secret"] != webhook["secret"]
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_it_lists_webhooks_by_team_and_those_of_the_site(cast: Cast):
    make_webhook(cast.team, "https://a.example.com/")
    make_webhook(None, "https://b.example.com/")
    client = cast.client("administrator")
    for query, found in (("team=payments", "a"), ("site=true", "b"), ("site=false", "a")):
        [one] = client.get(f"/api/v1/webhooks?{query}").json()["results"]
        assert one["url"] == f"https://{found}.example.com/"


def test_it_tells_what_was_sent_and_when_it_is_sent_next(cast: Cast):
    client = cast.client("maintainer")
    webhook, secret = make_webhook(cast.team)
    make_delivery(webhook, state="given_up", last_error="It answered 500.")
    url = f"/api/v1/webhooks/{webhook.public_id}/deliveries"
    [one] = client.get(url).json()["results"]
    assert (one["state"], one["next_attempt_at"], one["payload"]["data"]) == ("given_up", None, {"api": "payments"})
    assert secret not in client.get(url).text
    again = client.post(f"/api/v1/deliveries/{one['id']}/send-again")
    assert again.status_code == 202
    assert again.json()["next_attempt_at"] is not None
    assert client.get(f"{url}?state=given_up").json()["results"] == []
    client.post(f"/api/v1/webhooks/{webhook.public_id}/test")
    assert Delivery.objects.filter(event="webhook.test").count() == 1
