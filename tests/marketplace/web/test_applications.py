"""Applications in the browser: the list of one's own, creating, editing and retiring one."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from marketplace.models import Application, RequestState, SubscriptionState
from marketplace.web.places import application_url
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api, make_service
from tests.factories.credentials import make_key
from tests.factories.marketplace import (
    environment_of,
    make_application,
    make_plan,
    make_request,
    make_subscription,
)

LIST, NEW = reverse("marketplace:application-list"), reverse("marketplace:application-new")
FORM = {"name": "Rate Offers", "team": "me", "environment": "production"}


def listed(client, query=""):
    return Elements(client.get(f"{LIST}{query}").content)


def test_it_lists_ones_own_applications_and_those_of_ones_teams(cast):
    mine = make_application("Mine", person=cast.member)
    ours = make_application("Ours", team=cast.team)
    theirs = make_application("Theirs", team=cast.other_team)

    links = listed(cast.client("member")).links()

    assert {application_url(mine), application_url(ours)} <= set(links)
    assert application_url(theirs) not in links


def test_it_says_what_each_application_has_and_what_is_to_do(cast):
    application = make_application("Offers", team=cast.team)
    access = make_subscription(application)
    make_key(access, expires_at=timezone.now() + timedelta(days=13))
    make_key(access, expires_at=timezone.now() + timedelta(days=15))
    asked = make_request(application)
    asked.state = RequestState.ASKED
    asked.save()

    page = listed(cast.client("member"))

    assert page.texts("state-count") == ["Pending approval 1", "Approved 1"]
    assert page.texts("state-warn") == ["1 key expires soon"]
    assert "1 question to answer" in page.texts("state-accent")


def test_it_narrows_the_list_by_holder_environment_and_words(cast):
    make_application("Mine", person=cast.member)
    make_application("Ours", team=cast.team, environment="staging")
    client = cast.client("member")

    assert listed(client, "?team=me").texts("name") == ["Mine"]
    assert listed(client, "?team=payments").texts("name") == ["Ours"]
    assert listed(client, "?environment=staging").texts("name") == ["Ours"]
    assert listed(client, "?search=our").texts("name") == ["Ours"]
    assert listed(client, "?search=nothing").texts("nothing-title") == ["No application fits"]


def test_it_refuses_a_filter_that_does_not_exist(cast):
    assert cast.client("member").get(f"{LIST}?environment=nowhere").status_code == 422


def test_it_hides_retired_applications_unless_asked_for(cast):
    make_application("Gone", team=cast.team, retired_at=timezone.now())
    client = cast.client("member")

    assert listed(client).texts("name") == []
    assert listed(client, "?state=retired").texts("name") == ["Gone"]


def test_it_offers_the_first_application_where_there_is_none(cast):
    page = listed(cast.client("member"))

    assert page.texts("nothing-title") == ["No applications yet"]
    assert NEW in page.links()


def test_it_creates_an_application_of_the_team_and_the_service_it_is(cast):
    environment_of("production")
    make_service("rate-offers")

    answer = cast.client("member").post(NEW, {**FORM, "team": "payments", "service": "rate-offers"})

    made = Application.objects.get()
    assert answer.headers["Location"] == application_url(made)
    assert (made.team, made.service.slug, made.environment.slug) == (cast.team, "rate-offers", "production")


def test_it_goes_back_to_where_an_application_was_needed_with_it_chosen(cast):
    environment_of("production")

    answer = cast.client("member").post(f"{NEW}?next=/apis/credit-check/get-access/%3Fplan%3Dpln_a", FORM)

    chosen = Application.objects.get().public_id
    assert answer.headers["Location"] == f"/apis/credit-check/get-access/?plan=pln_a&application={chosen}"


def test_it_does_not_go_to_another_site(cast):
    environment_of("production")

    answer = cast.client("member").post(f"{NEW}?next=https://elsewhere.example/", FORM)

    assert answer.headers["Location"] == application_url(Application.objects.get())


def test_it_says_beside_the_field_what_is_wrong(cast):
    environment_of("production")

    answer = cast.client("member").post(NEW, {**FORM, "name": "x" * 201, "team": "lending"})

    page = Elements(answer.content)
    assert answer.status_code == 422
    assert {"id_name-error", "id_team-error"} <= set(page.by_id)
    assert not Application.objects.exists()


def test_it_says_above_the_form_that_a_name_is_taken(cast):
    make_application("Rate Offers", person=cast.member)

    answer = cast.client("member").post(NEW, FORM)

    assert answer.status_code == 422
    assert "already" in Elements(answer.content).texts("notice-bad")[0]


def test_it_finds_a_service_without_scripts_and_keeps_what_was_typed(cast):
    environment_of("production")
    make_service("rate-offers", title="Rate offers")

    answer = cast.client("member").post(NEW, {"name": "Half", "find": "service", "find_service": "rate"})

    page = Elements(answer.content)
    values = {(tag.get("name"), tag.get("value")) for name, tag in page.tags if name == "input"}
    assert answer.status_code == 200
    assert {("name", "Half"), ("service", "rate-offers")} <= values
    assert page.texts("field-error") == []


def test_it_does_not_take_a_service_that_the_person_may_not_know_of(cast):
    environment_of("production")
    make_service("secret", owner=cast.other_team, visibility="private")

    answer = cast.client("member").post(NEW, {**FORM, "service": "secret"})

    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_it_edits_an_application_and_leaves_its_environment(cast):
    application = make_application("Before", team=cast.team)
    url = reverse("marketplace:application-edit", args=[application.public_id])

    cast.client("member").post(url, {"name": "After", "team": "payments", "environment": "staging"})

    application.refresh_from_db()
    assert (application.name, application.environment.slug) == ("After", "production")


def test_a_person_who_holds_it_goes_on_to(cast):
    application = make_application("Mine", person=cast.member)
    url = reverse("marketplace:application-edit", args=[application.public_id])

    answer = cast.client("member").post(url, {"name": "Still mine", "team": "me"})

    application.refresh_from_db()
    assert answer.status_code == 303
    assert (application.name, application.person) == ("Still mine", cast.member)


def test_it_says_what_ends_before_it_retires_an_application(cast):
    application = make_application("Old", team=cast.team)
    access = make_subscription(application)
    make_key(access)
    url = reverse("marketplace:application-retire", args=[application.public_id])
    client = cast.client("member")

    asked = client.get(url).content.decode()
    client.post(url)

    access.refresh_from_db()
    application.refresh_from_db()
    assert "1 subscription and 1 key end now" in asked
    assert (access.state, application.retired_at is not None) == (SubscriptionState.REVOKED, True)


def test_it_reads_as_often_for_many_applications_as_for_one(cast, django_assert_num_queries):
    plan = make_plan(approval="owner")
    client = cast.client("member")
    for many in (1, 5):
        for _ in range(many):
            make_key(make_subscription(make_application(team=cast.team), plan))
        with django_assert_num_queries(13):
            client.get(LIST)


def test_everybody_signed_in_finds_the_way_in_the_menu(cast):
    page = Elements(cast.client("viewer").get(LIST).content)
    assert page.links().count(LIST) >= 2
    assert NEW in page.links()


def test_the_menu_counts_the_requests_that_wait_for_the_reader(cast):
    plan = make_plan(make_api(owner=cast.team), approval="owner")
    make_request(make_application(team=cast.other_team), plan)

    def said(name):
        return "1 waiting requests" in Elements(cast.client(name).get(LIST).content).texts("count")

    assert said("member")
    assert not said("stranger")
    assert not said("viewer")
