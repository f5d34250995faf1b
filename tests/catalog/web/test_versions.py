"""The versions of an API in the browser: their list, their lifecycle, their instances."""

import pytest

from catalog.models import APIInstance, APIVersion
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api, make_environment, publish
from tests.factories.gateway import make_route, make_version


def stage(version: str) -> str:
    return APIVersion.objects.get(name=version).lifecycle


def test_it_lists_versions_newest_first_with_what_may_be_done_next(cast):
    make_api("payments", owner=cast.team, versions=("1.0.0", "1.10.0", "1.9.0"))
    publish("payments", "2.0.0", lifecycle="draft", changelog="- Adds *refunds*")

    page = Elements(cast.client("member").get("/apis/payments/versions/").content)
    viewer = Elements(cast.client("viewer").get("/apis/payments/versions/").content)

    names = [words for words in page.texts("version-head")]
    assert [words.split()[0] for words in names] == ["2.0.0", "1.10.0", "1.9.0", "1.0.0"]
    assert "latest" in names[1]
    assert "Adds refunds" in page.texts("version-changes")[0]
    assert "/apis/payments/versions/2.0.0/edit/?to=published" in page.links()
    assert "/apis/payments/versions/1.0.0/edit/?to=deprecated" in page.links()
    assert not any("/edit/" in link for link in viewer.links())


def test_it_deprecates_with_sunset_and_successor(cast):
    make_api("payments", owner=cast.team, versions=("1.0.0", "2.0.0"))
    form = {"lifecycle": "deprecated", "sunset": "2030-12-31", "successor": "2.0.0", "changelog": "Old."}

    answer = cast.client("member").post("/apis/payments/versions/1.0.0/edit/", form)

    version = APIVersion.objects.select_related("successor").get(name="1.0.0")
    assert (answer.status_code, answer["Location"]) == (303, "/apis/payments/versions/")
    assert (version.lifecycle, str(version.sunset_on), version.successor.name) == ("deprecated", "2030-12-31", "2.0.0")
    assert version.changelog == "Old."


@pytest.mark.parametrize(("to", "verb"), [("deprecated", "Deprecate"), ("retired", "Retire"), ("published", "Publish")])
def test_it_offers_one_step_by_its_verb_and_leaves_the_changelog_alone(cast, to, verb):
    publish("payments", owner=cast.team.slug, lifecycle="draft", changelog="Kept.")
    client, path = cast.client("member"), f"/apis/payments/versions/1.0.0/edit/?to={to}"

    html = client.get(path).content.decode()
    assert f"</span>{verb}</button>" in html
    assert 'name="changelog"' not in html
    assert 'type="radio"' not in html

    assert client.post(path, {"lifecycle": to}).status_code == 303
    assert stage("1.0.0") == to
    assert APIVersion.objects.get().changelog == "Kept."


def test_it_asks_for_a_step_back_with_the_whole_form(cast):
    make_api("payments", owner=cast.team)
    publish("payments", "1.0.0", lifecycle="deprecated")

    html = cast.client("maintainer").get("/apis/payments/versions/1.0.0/edit/?to=published").content.decode()

    assert 'name="reason"' in html
    assert 'type="radio"' in html


def test_it_publishes_a_draft_and_retires_a_version(cast):
    publish("payments", owner=cast.team.slug, lifecycle="draft")
    client = cast.client("member")

    client.post("/apis/payments/versions/1.0.0/edit/", {"lifecycle": "published"})
    assert stage("1.0.0") == "published"

    client.post("/apis/payments/versions/1.0.0/edit/", {"lifecycle": "retired"})
    assert stage("1.0.0") == "retired"


def test_it_goes_back_only_for_maintainers_and_with_a_reason(cast):
    make_api("payments", owner=cast.team)
    path, maintainer = "/apis/payments/versions/1.0.0/edit/", cast.client("maintainer")

    by_member = cast.client("member").post(path, {"lifecycle": "draft", "reason": "Wrong."})
    without = maintainer.post(path, {"lifecycle": "draft"})
    assert (by_member.status_code, without.status_code, stage("1.0.0")) == (422, 422, "published")
    assert b"with a reason" in without.content

    assert maintainer.post(path, {"lifecycle": "draft", "reason": "Published by mistake."}).status_code == 303
    assert stage("1.0.0") == "draft"


def test_it_says_at_the_field_what_is_wrong_and_keeps_what_was_written(cast):
    make_api("payments", owner=cast.team)
    form = {"lifecycle": "deprecated", "successor": "9.9.9", "changelog": "Kept words"}

    answer = cast.client("member").post("/apis/payments/versions/1.0.0/edit/", form)

    assert answer.status_code == 422
    assert Elements(answer.content).texts("field-error") == ["There is no version “9.9.9”."]
    assert b"Kept words" in answer.content


def test_it_names_changes_and_takes_away_instances(cast):
    make_environment("production", position=0)
    make_environment("staging", position=10)
    make_api("payments", owner=cast.team)
    client, path = cast.client("member"), "/apis/payments/versions/1.0.0/instances/"
    rows = {
        "instances-TOTAL_FORMS": "3",
        "instances-INITIAL_FORMS": "0",
        "instances-0-environment": "production",
        "instances-0-url": "https://pay.example.com",
        "instances-1-environment": "staging",
        "instances-1-url": "https://stage.example.com",
    }

    assert client.post(path, rows).status_code == 303
    assert set(APIInstance.objects.values_list("environment__slug", "url")) == {
        ("production", "https://pay.example.com"),
        ("staging", "https://stage.example.com"),
    }
    assert Elements(client.get("/apis/payments/instances/").content).texts("address")[0] == "https://pay.example.com"

    client.post(path, {**rows, "instances-INITIAL_FORMS": "2", "instances-1-DELETE": "on"})
    assert list(APIInstance.objects.values_list("url", flat=True)) == ["https://pay.example.com"]


def test_it_refuses_an_address_that_is_none(cast):
    make_environment("production")
    make_api("payments", owner=cast.team)
    rows = {
        "instances-TOTAL_FORMS": "1",
        "instances-INITIAL_FORMS": "0",
        "instances-0-environment": "production",
        "instances-0-url": "javascript:alert(1)",
    }

    answer = cast.client("member").post("/apis/payments/versions/1.0.0/instances/", rows)

    assert answer.status_code == 422
    assert Elements(answer.content).texts("field-error")
    assert not APIInstance.objects.exists()


def test_an_instance_that_a_gateway_carries_is_shown_and_not_edited(cast):
    version = make_version("payments", owner=cast.team.slug)
    carried = make_route(version).instance
    client, path = cast.client("member"), "/apis/payments/versions/1.0.0/instances/"

    page = client.get(path).content.decode()
    assert "Carried by a gateway" in page
    assert f'value="{carried.url}"' not in page

    client.post(path, {"instances-TOTAL_FORMS": "0", "instances-INITIAL_FORMS": "0"})
    assert APIInstance.objects.get() == carried
