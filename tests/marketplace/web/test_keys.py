"""Keys in the browser: shown once, rotated, revoked; the list of all for administrators."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from marketplace.keys import digest_of
from marketplace.models import Credential
from tests.factories.accounts import make_team, make_user
from tests.factories.catalog import make_api
from tests.factories.credentials import make_access, make_key
from tests.factories.marketplace import environment_of, make_application

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def team():
    return make_team("channels", title="Channels", members=(make_user("anna"),))


@pytest.fixture
def holder(team):
    return browser(team.members.get())


@pytest.fixture
def administrator():
    return browser(make_user("root", role=Role.ADMINISTRATOR))


@pytest.fixture
def subscription(team):
    environment_of("production")
    api = make_api("credit-check", instances=[{"environment": "production", "url": "https://api.example.com/credit"}])
    return make_access(make_application(team=team, name="Rate Offers"), api)


def url(name, row):
    return reverse(f"marketplace:{name}", args=[row.public_id])


def shown_key(answer):
    key = answer.context["whole"]
    assert key in answer.content.decode()
    return key


def test_it_shows_a_new_key_once(holder, subscription):
    assert "Issue key" in holder.get(url("key-issue", subscription)).content.decode()
    answer = holder.post(url("key-issue", subscription), {"lifetime": "90"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    key = shown_key(answer)
    row = Credential.objects.get()
    assert row.digest == digest_of(key)
    assert timedelta(days=89) < row.expires_at - timezone.now() <= timedelta(days=90)
    # It is sent from a variable: a snippet with the key in it would be copied into a shell's history.
    assert answer.context["curl"] == 'curl --header "X-API-Key: $PORTICO_KEY" https://api.example.com/credit'
    assert all(key not in str(session.get_decoded()) for session in Session.objects.all())
    for place in (url("key-issue", subscription), url("application-detail", subscription.application)):
        assert key not in holder.get(place).content.decode()


def test_it_gives_htmx_the_dialog_with_the_key(holder, subscription):
    answer = holder.post(url("key-issue", subscription), {"lifetime": "0"}, headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith("<dialog")
    shown_key(answer)
    assert Credential.objects.get().expires_at is None


def test_it_offers_no_end_after_that_of_the_access(holder, subscription):
    subscription.expires_at = timezone.now() + 40 * DAY
    subscription.save()
    form = holder.get(url("key-issue", subscription)).context["form"]
    assert [value for value, _ in form.fields["lifetime"].choices] == [30, 0]


def test_it_says_above_the_form_why_there_is_no_third_key(holder, subscription):
    make_key(subscription)
    make_key(subscription)
    answer = holder.post(url("key-issue", subscription), {"lifetime": "90"})
    assert answer.status_code == 422
    assert "Two keys of this subscription are live" in answer.content.decode()


def test_it_rotates_and_says_until_when_both_work(holder, subscription):
    older, _ = make_key(subscription)
    answer = holder.post(url("key-rotate", subscription), {"overlap_seconds": "3600", "lifetime": "365"})
    shown_key(answer)
    older.refresh_from_db()
    assert answer.context["both_until"] == older.expires_at
    assert "Both keys work until" in answer.content.decode()
    page = holder.get(url("application-detail", subscription.application)).content.decode()
    assert url("key-overlap", older) in page
    changed = holder.post(url("key-overlap", older), {"expires_at": str(7 * 86_400)})
    assert changed.status_code == 303
    assert changed["Location"] == url("application-detail", subscription.application)
    older.refresh_from_db()
    assert older.expires_at - timezone.now() > 6 * DAY


def test_it_asks_before_it_revokes_and_goes_back_to_where_it_was_asked(holder, subscription):
    key, _ = make_key(subscription)
    question = holder.get(url("key-revoke", key)).content.decode()
    assert f"Revoke the key …{key.last_four}" in question
    assert Credential.objects.get().revoked_at is None
    answer = holder.post(url("key-revoke", key) + "?next=/access/keys/%3Fstate%3Dlive")
    assert (answer.status_code, answer["Location"]) == (303, "/access/keys/?state=live")
    assert Credential.objects.get().revoked_at is not None
    away = holder.post(url("key-revoke", key) + "?next=https://evil.example.com/")
    assert away["Location"] == url("application-detail", subscription.application)


def test_the_application_page_leads_to_issue_rotate_and_revoke(holder, subscription):
    page = holder.get(url("application-detail", subscription.application)).content.decode()
    assert url("key-issue", subscription) in page
    assert url("key-rotate", subscription) not in page
    key, _ = make_key(subscription, expires_at=timezone.now() + 6 * DAY + timedelta(hours=1))
    page = holder.get(url("application-detail", subscription.application)).content.decode()
    assert url("key-rotate", subscription) in page
    assert url("key-revoke", key) in page
    assert "in 6 days" in page


def test_all_keys_are_for_administrators(holder, administrator, subscription):
    key, made = make_key(subscription)
    assert holder.get(reverse("marketplace:keys")).status_code == 403
    assert Client().get(reverse("marketplace:keys")).status_code == 302
    page = administrator.get(reverse("marketplace:keys")).content.decode()
    assert f"pk_production_············{key.last_four}" in page
    assert made.digest not in page
    assert "Rate Offers" in page
    assert "Channels" in page


def test_all_keys_are_narrowed_and_ordered_like_the_rest_list(administrator, subscription):
    now = timezone.now()
    unused, _ = make_key(subscription, created_at=now - 91 * DAY)
    used, _ = make_key(subscription, created_at=now - 91 * DAY, last_used_at=now - DAY)
    gone, _ = make_key(subscription, revoked_at=now)

    def rows(query):
        return [row.credential for row in administrator.get(f"/access/keys/?{query}").context["rows"]]

    assert rows("unused_for_days=90") == [unused]
    assert rows("state=revoked") == [gone]
    assert rows("state=live&ordering=last_used") == [unused, used]
    assert rows("state=live&ordering=-last_used") == [used, unused]
    assert len(rows("ordering=nonsense")) == 3
    assert rows("api=nowhere") == []


def test_all_keys_without_any_say_where_they_come_from(administrator):
    assert "No keys yet" in administrator.get(reverse("marketplace:keys")).content.decode()
    assert "No key fits" in administrator.get(reverse("marketplace:keys") + "?state=live").content.decode()


def test_all_keys_are_read_page_by_page(administrator, subscription):
    for _ in range(60):
        make_key(subscription)
    first = administrator.get(reverse("marketplace:keys"))
    assert len(first.context["rows"]) == 50
    second = administrator.get(first.context["next_url"])
    assert len(second.context["rows"]) == 10
    assert second.context["previous_url"]
