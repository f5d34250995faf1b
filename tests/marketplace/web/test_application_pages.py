"""The pages of an application: what it may call, with which keys, and whether gateways know of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import APIVersion
from marketplace import questions
from marketplace.models import Subscription, SubscriptionState
from marketplace.questions import Enforcement, GatewayWord
from marketplace.web.enforcement import ASKED_AT_MOST, enforcement_shown
from marketplace.web.places import application_url
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api, publish
from tests.factories.credentials import make_key
from tests.factories.marketplace import make_application, make_plan, make_request, make_subscription

SINCE = datetime(2026, 11, 22, 14, 2, 11, tzinfo=UTC)


def word(slug, state, **more):
    return GatewayWord(slug=slug, title=slug, state=state, **more)


def told(*words):
    done = [one for one in words if one.state == "in_force"]
    everywhere = bool(words) and len(done) == len(words)
    return Enforcement(words, len(done), len(words), max(one.since for one in done) if everywhere else None)


@pytest.fixture
def application(cast):
    return make_application("Rate Offers", team=cast.team)


@pytest.fixture
def access(application):
    return make_subscription(application, make_plan(make_api("credit-check"), "Standard"))


@pytest.fixture
def answered(monkeypatch):
    """What gateways say of every row, as the test puts it."""
    said = {}
    monkeypatch.setattr(questions.in_force_of, "_answer", lambda subject, rows: {one.pk: said["word"] for one in rows})
    return lambda *words: said.update(word=told(*words))


def shown(client, application, tab=""):
    return Elements(client.get(f"{application_url(application)}{tab}").content)


def test_it_says_on_which_plan_since_when_and_with_which_keys(cast, application, access):
    key, _secret = make_key(access)

    page = shown(cast.client("member"), application)

    words = " ".join(page.texts("subscription-about"))
    assert "Standard, no limit. Approved automatically" in words
    assert key.last_four in " ".join(page.texts("key-table"))


def test_it_says_what_to_do_where_there_is_no_api_yet(cast, application):
    assert shown(cast.client("member"), application).texts("nothing-title") == ["No API yet"]


def test_it_warns_of_keys_that_end_soon_in_the_tab(cast, application, access):
    make_key(access, expires_at=timezone.now() + timedelta(days=3))
    make_key(access, expires_at=timezone.now() + timedelta(days=30))

    assert "Keys 2 1 expires" in shown(cast.client("member"), application).texts("part-tabs")[0]


def test_it_shows_the_owner_of_an_api_only_what_concerns_it(cast, application, access):
    own = make_subscription(application, make_plan(make_api("own", owner=cast.other_team)))

    seen = shown(cast.client("stranger"), application, "subscriptions/")

    assert own.public_id in seen.by_id
    assert access.public_id not in seen.by_id
    assert cast.client("stranger").get(f"{application_url(application)}history/").status_code == 403


def test_it_offers_to_move_to_the_successor_of_a_deprecated_version(cast, application, access):
    publish("credit-check", "2.0.0", owner=access.api.owner.slug)
    successor = APIVersion.objects.get(api=access.api, name="2.0.0")
    APIVersion.objects.filter(pk=access.version_id).update(lifecycle="deprecated", successor=successor)

    page = shown(cast.client("member"), application)

    assert "Move to 2.0.0" in " ".join(page.texts("subscription-acts"))
    assert f"/apis/credit-check/get-access/?version=2.0.0&application={application.public_id}" in page.links()


def test_it_does_not_name_an_api_that_its_holders_may_not_know_of_any_more(cast, application, access):
    access.api.title, access.api.visibility = "Hidden now", "private"
    access.api.save()

    page = shown(cast.client("member"), application)

    assert "Hidden now" not in " ".join(page.texts("subscription-title"))
    assert "Private API" in page.texts("subscription-title")[0]


def test_it_says_that_nothing_is_known_where_nobody_answers(cast, application, access, monkeypatch):
    monkeypatch.setattr(questions.in_force_of, "_answer", None)
    make_key(access)

    page = shown(cast.client("member"), application)

    assert page.texts("enforced") == ["Not known"]
    assert "hx-get" not in {
        name for tag, values in page.tags for name in values if "enforced" in values.get("class", "")
    }


@pytest.mark.parametrize("name", ["subscription-enforcement", "key-enforcement"])
def test_it_says_that_what_is_suspended_is_refused(cast, access, answered, name):
    key, _secret = make_key(access)
    type(access).objects.filter(pk=access.pk).update(state="suspended")
    answered(word("edge-1", "in_force", since=SINCE))
    row = key if name.startswith("key") else access

    line = cast.client("member").get(reverse(f"marketplace:{name}", args=[row.public_id])).content.decode()
    page = cast.client("member").get(f"{application_url(access.application)}").content.decode()

    assert "Refused everywhere" in line
    assert "Refused everywhere" in page
    assert "In force on" not in page


def test_it_asks_again_until_every_gateway_answered(cast, access, answered):
    key, _secret = make_key(access)
    url = reverse("marketplace:key-enforcement", args=[key.public_id])
    client = cast.client("member")

    def asks(query=""):
        page = Elements(client.get(f"{url}{query}", headers={"HX-Request": "true"}).content)
        (line,) = [values for _tag, values in page.tags if values.get("class") == "enforced"]
        return line.get("hx-get", ""), page.texts("enforced")[0]

    answered(word("edge-1", "in_force", since=SINCE), word("edge-2", "waiting"))
    assert asks()[0] == f"{url}?asked=1"
    assert asks(f"?asked={ASKED_AT_MOST - 1}")[0] == f"{url}?asked={ASKED_AT_MOST}"
    assert asks(f"?asked={ASKED_AT_MOST}")[0] == ""
    assert asks("?asked=x")[0] == ""
    answered(word("edge-1", "in_force", since=SINCE), word("edge-2", "in_force", since=SINCE))
    again, words = asks("?asked=1")
    assert again == ""
    assert "In force on 2 of 2 gateways" in words
    assert "14:02:11" in words


@pytest.mark.parametrize(
    ("words", "state", "reason"),
    [
        (
            (word("a", "in_force", since=SINCE), word("b", "out_of_contact", since=SINCE)),
            "partly",
            "b out of contact, last known: acknowledged at",
        ),
        ((word("a", "out_of_contact"),), "nowhere", "a out of contact, last known: not acknowledged"),
        ((word("a", "refused", note="no such cluster"),), "nowhere", "a refused it: no such cluster"),
        ((word("a", "no_route"),), "nowhere", "a has no route to this API"),
        ((word("a", "waiting"),), "waiting", "waits for a"),
        ((), "unserved", "no gateway serves this environment"),
    ],
)
def test_it_gives_the_reason_where_something_is_not_in_force(words, state, reason):
    line = enforcement_shown(told(*words))

    assert line.state == state
    assert reason in " ".join(line.reasons)


def test_a_revoked_key_is_refused_everywhere():
    line = enforcement_shown(told(word("a", "in_force", since=SINCE)), is_refusal=True)
    assert (line.state, line.reasons) == ("refused", ())
    assert "refused since" in line.gateways[0].words
    line = enforcement_shown(told(word("a", "in_force", since=SINCE), word("b", "waiting")), is_refusal=True)
    assert (line.state, line.done) == ("refusing", 1)
    line = enforcement_shown(told(word("a", "in_force", since=SINCE), word("b", "out_of_contact")), is_refusal=True)
    assert (line.state, line.done) == ("refused_partly", 1)


def test_its_history_tells_what_was_done_to_it(cast, application, access):
    lines = " ".join(shown(cast.client("member"), application, "history/").texts("data"))
    assert "Requested access" in lines
    assert "Approved access" in lines


def test_it_suspends_and_resumes_and_ends_a_subscription(cast, application):
    access = make_subscription(application, make_plan(make_api(owner=cast.other_team)))
    owner = cast.client("stranger")

    def act(name, **body):
        owner.post(reverse(f"marketplace:subscription-{name}", args=[access.public_id]), body)
        access.refresh_from_db()
        return access.state

    assert act("suspend", reason="Too many calls") == SubscriptionState.SUSPENDED
    assert act("resume") == SubscriptionState.APPROVED
    act("expiry", expires_at="2031-02-28")
    assert timezone.localdate(access.expires_at).isoformat() == "2031-02-28"
    act("expiry", expires_at="")
    assert access.expires_at is None
    assert act("revoke") == SubscriptionState.REVOKED


def test_it_changes_the_plan_at_once_where_the_plan_approves_by_itself(cast, application, access):
    other = make_plan(access.api, "Larger")
    url = reverse("marketplace:subscription-plan", args=[access.public_id])

    cast.client("member").post(url, {"plan": other.public_id})

    assert Subscription.objects.get().plan == other


def test_it_says_what_a_change_of_plan_waits_for(cast, application, access):
    other = make_plan(access.api, "Larger", approval="owner")
    url = reverse("marketplace:subscription-plan", args=[access.public_id])
    client = cast.client("member")

    client.post(url, {"plan": other.public_id, "reason": "More customers"})

    assert "Change to Larger" in shown(client, application).texts("subscription-asked")[0]


def test_it_reads_as_often_for_many_subscriptions_as_for_one(cast, application, django_assert_max_num_queries):
    client = cast.client("member")
    counts = []
    for many in (1, 5):
        for _ in range(many):
            make_key(make_subscription(application))
            make_request(application)
        with django_assert_max_num_queries(30) as queries:
            client.get(application_url(application))
        counts.append(len(queries))
    assert counts[0] == counts[1]
