"""Notices and webhooks as pages."""

import pytest

from accounts.models import Delivery, Notice, Webhook
from accounts.usecases.choose_mail import mailed_kinds
from tests.factories.notices import make_delivery, make_notice, make_webhook
from tests.personas import Cast

DOT = 'aria-label="Notices, some unread"'


def test_it_puts_a_dot_on_the_bell_while_something_is_unread(cast: Cast):
    client = cast.client("member")
    make_notice(cast.viewer)
    assert DOT not in client.get("/teams/").text
    notice = make_notice(cast.member)
    assert DOT in client.get("/teams/").text
    client.post(f"/notices/{notice.public_id}/read/")
    assert DOT not in client.get("/teams/").text
    assert 'aria-label="Notices' not in cast.client("anonymous").get("/").text


def test_it_leads_to_what_the_notice_is_about_and_marks_it_as_read(cast: Cast):
    notice = make_notice(cast.member, url="/teams/payments/")
    answer = cast.client("member").post(f"/notices/{notice.public_id}/read/", {"follow": "1"})
    assert answer.headers["Location"] == "/teams/payments/"
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize("url", ["//evil.example.com/", "https://evil.example.com/", "javascript:alert(1)"])
def test_it_leads_nowhere_else(cast: Cast, url: str):
    notice = make_notice(cast.member, url=url)
    answer = cast.client("member").post(f"/notices/{notice.public_id}/read/", {"follow": "1"})
    assert answer.headers["Location"] == "/notices/"


def test_it_shows_unread_ones_first_page_by_page_and_alone(cast: Cast):
    client = cast.client("member")
    for number in range(60):
        make_notice(cast.member, title=f"Number {number:02}")
    read = make_notice(cast.member, title="The newest, and read")
    client.post(f"/notices/{read.public_id}/read/")
    first = client.get("/notices/")
    assert "Number 59" in first.text and "Number 10" in first.text and "Number 09" not in first.text
    second = client.get(first.context["next_url"])
    assert "Number 09" in second.text and "The newest, and read" in second.text
    assert "The newest" not in client.get("/notices/?unread=true").text
    client.post("/notices/read-all/")
    assert "Nothing unread" in client.get("/notices/?unread=true").text


def test_it_escapes_what_people_wrote(cast: Cast):
    make_notice(cast.member, title="<script>alert(1)</script>", text="<img src=x>")
    text = cast.client("member").get("/notices/").text
    assert "<script>alert" not in text and "<img src=x>" not in text


def test_it_says_where_mail_is_off_or_has_no_address(cast: Cast, settings):
    client = cast.client("member")
    assert "Mail is off" in client.get("/profile/notices/").text
    settings.PORTICO_MAIL_IS_ON = True
    assert "You have no mail address" in client.get("/profile/notices/").text
    client.post("/profile/notices/", {"kinds": []})
    assert mailed_kinds(cast.member) == []


def test_it_shows_a_secret_once(cast: Cast):
    client = cast.client("maintainer")
    answer = client.post("/teams/payments/webhooks/add/", {"url": "https://hooks.example.com/a", "kinds": []})
    secret = answer.context["secret"]
    assert secret in answer.text and "no-store" in answer.headers["Cache-Control"]
    webhook = Webhook.objects.get()
    assert secret not in client.get(f"/webhooks/{webhook.public_id}/").text
    again = client.post(f"/webhooks/{webhook.public_id}/new-secret/")
    assert again.context["secret"] != secret


def test_it_keeps_what_was_typed_when_the_address_is_refused(cast: Cast):
    answer = cast.client("maintainer").post(
        "/teams/payments/webhooks/add/", {"url": "ftp://a", "kinds": ["key.issued"]}
    )
    assert answer.status_code == 422
    assert "Give an http or https address" in answer.text
    assert answer.text.count(" checked>") == 1


def test_it_shows_the_log_with_payloads_and_sends_again(cast: Cast):
    client = cast.client("maintainer")
    webhook, secret = make_webhook(cast.team, "https://hooks.example.com/a?token=in-the-query")
    delivery = make_delivery(webhook, state="given_up", attempts=8, last_status=500, last_error="It answered 500.")
    page = client.get(f"/webhooks/{webhook.public_id}/").text
    assert "Given up" in page and "It answered 500." in page and delivery.public_id in page
    assert secret not in page and "in-the-query" not in page
    assert client.get(f"/webhooks/{webhook.public_id}/?state=sent").context["deliveries"] == []
    client.post(f"/deliveries/{delivery.public_id}/send-again/")
    client.post(f"/webhooks/{webhook.public_id}/test/")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}
    client.post(f"/webhooks/{webhook.public_id}/switch/")
    assert "Switched off" in client.get(f"/webhooks/{webhook.public_id}/").text
    client.post(f"/webhooks/{webhook.public_id}/test/")
    assert "This webhook is switched off" in client.get(f"/webhooks/{webhook.public_id}/").text


def test_it_hides_those_of_the_site_from_maintainers(cast: Cast):
    webhook, _ = make_webhook(None)
    assert cast.client("maintainer").get(f"/webhooks/{webhook.public_id}/").status_code == 404
    assert webhook.url in cast.client("administrator").get("/administration/webhooks/").text


def test_it_keeps_a_notice_though_its_person_may_not_see_the_object_any_more(cast: Cast):
    make_notice(cast.member, url="/access/applications/app_gone/")
    assert cast.client("member").get("/notices/").status_code == 200
    assert Notice.objects.count() == 1
