"""Get access: from an API's page to a request, or to a subscription with its first key."""

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import API, APIVersion
from marketplace.models import Application, Credential, Subscription, SubscriptionState
from marketplace.usecases.deprecate_plan import deprecate_plan
from marketplace.web.access_page import COVERING_SHOWN
from marketplace.web.places import application_url
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api, publish
from tests.factories.marketplace import (
    MARKETPLACE_ADMINISTRATOR,
    environment_of,
    make_application,
    make_plan,
    make_subscription,
)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def api(cast):
    environment_of("production")
    return make_api("credit-check", owner=cast.other_team)


@pytest.fixture
def application(cast):
    return make_application("Rate Offers", team=cast.team)


def url(api, query=""):
    return f"{reverse('marketplace:get-access', args=[api.slug])}{query}"


def asked(client, api, application, plan, headers=None, **more):
    body = {"application": application.public_id, "plan": plan.public_id, **more}
    return client.post(url(api), body, headers=headers or {})


def chosen(page):
    """The values that are chosen as the form stands."""
    radios = [tag["value"] for name, tag in page.tags if name == "input" and "checked" in tag]
    return radios + [tag["value"] for name, tag in page.tags if name == "option" and "selected" in tag]


def test_it_leads_who_is_nobody_to_the_sign_in_and_back(cast, api):
    answer = cast.client("anonymous").get(url(api))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sign-in/?next={url(api)}")


def test_it_is_the_one_primary_button_of_an_api_that_can_be_asked_for(cast, api):
    page = Elements(cast.client("member").get(f"/apis/{api.slug}/").content)

    assert page.texts("button-primary") == ["Get access"]
    assert ("a", True) in {(name, "data-dialog" in tag) for name, tag in page.tags if tag.get("href") == url(api)}


@pytest.mark.parametrize("lifecycle", ["draft", "retired"])
def test_it_is_not_offered_for_a_version_that_nobody_can_ask_for(cast, api, lifecycle):
    APIVersion.objects.filter(api=api).update(lifecycle=lifecycle)
    make_plan(api)
    client = cast.client("member")

    assert url(api) not in Elements(client.get(f"/apis/{api.slug}/").content).links()
    assert "takes no subscribers" in client.get(url(api)).content.decode()


def test_it_chooses_the_application_and_the_first_plan_that_approves_by_itself(cast, api, application):
    make_plan(api, "Owned", approval="owner")
    automatic = make_plan(api, "Automatic")

    page = Elements(cast.client("member").get(url(api)).content)

    assert {application.public_id, automatic.public_id} <= set(chosen(page))


def test_it_chooses_the_application_and_the_plan_of_the_address(cast, api, application):
    make_plan(api)
    plan = make_plan(api, approval="owner")
    other = make_application("Another", team=cast.team)

    query = f"?application={application.public_id}&plan={plan.public_id}"
    page = Elements(cast.client("member").get(url(api, query)).content)

    assert {application.public_id, plan.public_id} <= set(chosen(page))
    assert other.public_id not in chosen(page)


def test_it_gives_access_and_shows_the_first_key_once(cast, api, application):
    plan = make_plan(api)

    answer = asked(cast.client("member"), api, application, plan)

    subscription, key = Subscription.objects.get(), Credential.objects.get()
    shown = Elements(answer.content).text_of("new-key")
    assert (answer.status_code, subscription.state) == (200, SubscriptionState.APPROVED)
    assert key.subscription == subscription
    assert shown.endswith(key.last_four)
    assert "no-store" in answer.headers["Cache-Control"]
    assert shown not in cast.client("member").get(application_url(application)).content.decode()


def test_it_answers_a_dialog_with_a_dialog(cast, api, application):
    plan = make_plan(api)
    client = cast.client("member")

    opened = client.get(url(api), headers=HTMX).content.decode()
    wrong = client.post(url(api), {"application": application.public_id}, headers=HTMX)
    done = asked(client, api, application, plan, headers=HTMX).content.decode()

    assert wrong.status_code == 422
    for part in (opened, wrong.content.decode(), done):
        assert "<dialog" in part
        assert "<html" not in part


def test_it_waits_for_the_owner_where_the_plan_says_so(cast, api, application):
    plan = make_plan(api, approval="owner")
    client = cast.client("member")

    answer = asked(client, api, application, plan, reason="To check scores")

    assert answer.headers["Location"] == application_url(application)
    page = Elements(client.get(application_url(application)).content)
    assert "waits for Lending" in " ".join(page.texts("meta"))
    assert Subscription.objects.get().state == SubscriptionState.PENDING
    assert not Credential.objects.exists()


def test_it_asks_for_a_reason_beside_its_field(cast, api, application):
    answer = asked(cast.client("member"), api, application, make_plan(api, approval="owner"))

    page = Elements(answer.content)
    assert answer.status_code == 422
    assert "id_reason-error" in page.by_id


def test_it_needs_the_terms_of_the_plan_that_is_chosen_accepted(cast, api, application):
    plan, other = make_plan(api, terms="Keep nothing."), make_plan(api, terms="Keep less.")
    client = cast.client("member")

    refused = asked(client, api, application, plan, accepts_terms=other.public_id)
    assert refused.status_code == 422
    assert "Accept them" in " ".join(Elements(refused.content).texts("field-error"))

    asked(client, api, application, plan, accepts_terms=plan.public_id)
    assert Subscription.objects.get().requests.get().terms_accepted_at is not None


def test_it_creates_the_application_in_the_same_step(cast, api):
    plan = make_plan(api)
    body = {"application": "new", "name": "First", "team": "payments", "environment": "production"}

    cast.client("member").post(url(api), {**body, "plan": plan.public_id})

    application = Application.objects.get()
    assert (application.name, application.team) == ("First", cast.team)
    assert Subscription.objects.get().application == application


def test_it_creates_no_application_for_a_request_that_is_refused(cast, api):
    plan = make_plan(api, approval="owner")
    body = {"application": "new", "name": "First", "team": "me", "plan": plan.public_id}

    answer = cast.client("member").post(url(api), body)

    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_it_asks_for_the_name_of_a_new_application(cast, api):
    answer = cast.client("member").post(url(api), {"application": "new", "plan": make_plan(api).public_id})

    assert answer.status_code == 422
    assert "id_name-error" in Elements(answer.content).by_id


def test_it_does_not_take_an_application_of_others(cast, api):
    theirs = make_application(team=cast.other_team)

    answer = asked(cast.client("member"), api, theirs, make_plan(api))

    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_it_says_who_has_access_already_and_does_not_offer_it_again(cast, api, application):
    plan = make_plan(api)
    make_subscription(application, plan)

    page = Elements(cast.client("member").get(url(api)).content)

    assert application_url(application) in page.links()
    assert application.public_id not in [tag.get("value") for name, tag in page.tags if name == "option"]


def test_it_needs_no_key_on_a_plan_without_one(cast, api, application):
    plan = make_plan(api, authentication="keyless")
    client = cast.client("member")

    answer = asked(client, api, application, plan)

    assert answer.headers["Location"] == application_url(application)
    assert not Credential.objects.exists()
    assert "Calls need no key" in client.get(application_url(application)).content.decode()


def test_it_says_that_there_is_no_plan_and_offers_the_owner_to_add_one(cast, api):
    new = reverse("marketplace:plan-new", args=[api.slug])

    asker = Elements(cast.client("member").get(url(api)).content)
    owner = Elements(cast.client("stranger").get(url(api)).content)

    assert asker.texts("nothing-title") == owner.texts("nothing-title") == [f"{api.title} offers no plan"]
    assert new not in asker.links()
    assert new in owner.links()


def test_it_does_not_offer_a_deprecated_plan(cast, api, application):
    plan = make_plan(api)
    make_plan(api, "Open")
    deprecate_plan(actor=MARKETPLACE_ADMINISTRATOR, plan=plan, now=timezone.now())

    answer = asked(cast.client("member"), api, application, plan)

    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_it_asks_for_the_version_of_the_address_and_warns_of_a_deprecated_one(cast, api, application):
    publish(api.slug, "2.0.0", owner=cast.other_team.slug)
    APIVersion.objects.filter(api=api, name="1.0.0").update(lifecycle="deprecated")
    plan = make_plan(API.objects.get(pk=api.pk))
    client = cast.client("member")

    page = client.get(url(api, "?version=1.0.0")).content.decode()
    client.post(url(api, "?version=1.0.0"), {"application": application.public_id, "plan": plan.public_id})

    assert "1.0.0 is deprecated" in page
    assert Subscription.objects.get().version.name == "1.0.0"


@pytest.mark.parametrize("version", ["9.9.9", "%00", "x" * 300])
def test_it_knows_no_version_that_is_not_there(cast, api, version):
    assert cast.client("member").get(url(api, f"?version={version}")).status_code in (400, 404)


def test_it_does_not_tell_of_a_private_api(cast):
    hidden = make_api("hidden", owner=cast.other_team, visibility="private")
    assert cast.client("member").get(url(hidden)).status_code == 404


def test_it_names_a_few_of_those_that_have_access_already(cast, api):
    plan = make_plan(api)
    for number in range(COVERING_SHOWN + 1):
        make_subscription(make_application(f"Batch {number}", team=cast.team), plan)
    client = cast.client("member")

    for page in (client.get(url(api)).content.decode(), client.get(f"/apis/{api.slug}/").content.decode()):
        assert f"Batch {COVERING_SHOWN - 1}" in page
        assert f"Batch {COVERING_SHOWN}" not in page
        assert "My applications" in page
