import pytest
from django.utils import timezone

from accounts.models import ApiToken, Membership, TeamRole, User
from accounts.tokens import find_token
from tests.factories.accounts import make_team, make_token, make_user
from tests.personas import Cast

TOKEN = {"name": "payments pipeline", "scope": "publish", "lifetime": "30"}


def text(response) -> str:
    return response.content.decode()


def shown_secret(response) -> str:
    return text(response).split('id="new-key">')[1].split("<")[0]


def test_it_shows_a_new_token_once_and_lets_nothing_keep_it(cast: Cast):
    client = cast.client("member")
    response = client.post("/profile/tokens/add/", TOKEN)
    secret = shown_secret(response)
    assert find_token(secret, timezone.now()).user_id == cast.member.pk
    assert "no-store" in response["cache-control"]
    page = text(client.get("/profile/tokens/"))
    assert "payments pipeline" in page
    assert secret not in page


def test_it_makes_a_team_token_that_ends_when_it_was_asked_to(cast):
    response = cast.client("maintainer").post("/teams/payments/tokens/add/", TOKEN)
    token = find_token(shown_secret(response), timezone.now())
    assert (token.team_id, token.scopes) == (cast.team.pk, ["publish"])
    assert 29 <= (ApiToken.objects.get(pk=token.id).expires_at - timezone.now()).days <= 30


def test_it_says_beside_the_field_what_is_missing(cast):
    response = cast.client("member").post("/profile/tokens/add/", {**TOKEN, "name": ""})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text(response)


def test_it_revokes_after_asking(cast):
    client = cast.client("member")
    token, _ = make_token(user=cast.member, name="old pipeline")
    url = f"/tokens/{token.pk}/revoke/"
    assert "Revoke old pipeline?" in text(client.get(url))
    assert ApiToken.objects.get(pk=token.pk).revoked_at is None
    assert client.post(url)["location"] == "/profile/tokens/"
    assert ApiToken.objects.get(pk=token.pk).revoked_at is not None
    assert "Revoked" in text(client.get("/profile/tokens/"))


def test_it_keeps_a_token_of_another_from_being_found(cast):
    token, _ = make_token(user=cast.viewer)
    assert cast.client("member").get(f"/tokens/{token.pk}/revoke/").status_code == 404


def test_it_edits_a_team_with_its_contacts(cast):
    client = cast.client("maintainer")
    values = {"title": "Payments", "description": "Moves **money**."}
    contact = {"contact_title_0": "On call", "contact_url_0": "https://bank.example/oncall"}
    assert client.post("/teams/payments/edit/", values | contact).status_code == 303
    page = text(client.get("/teams/payments/"))
    assert "<strong>money</strong>" in page
    assert "https://bank.example/oncall" in page
    refused = client.post("/teams/payments/edit/", values | contact | {"contact_url_0": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert "Begin with https://" in text(refused)


def test_it_adds_changes_and_removes_members(cast):
    client = cast.client("maintainer")
    member = {"username": "VIEWER", "role": TeamRole.MEMBER}
    assert client.post("/teams/payments/members/", member).status_code == 303
    assert Membership.objects.get(team=cast.team, user=cast.viewer).role == TeamRole.MEMBER
    refused = client.post("/teams/payments/members/", {"username": "nobody", "role": TeamRole.MEMBER})
    assert refused.status_code == 422
    assert "There is no such person." in text(refused)
    assert client.post("/teams/payments/members/viewer/remove/").status_code == 303
    assert not Membership.objects.filter(team=cast.team, user=cast.viewer).exists()


def test_it_says_why_the_last_maintainer_stays(cast):
    response = cast.client("maintainer").post("/teams/payments/members/maintainer/remove/")
    assert response.status_code == 409
    assert "last maintainer" in text(response)


def test_it_offers_nobody_what_they_may_not_do(cast):
    page = text(cast.client("stranger").get("/teams/payments/"))
    assert "/teams/payments/edit/" not in page
    assert "/remove/" not in page
    assert "Add or change member" not in page


def test_it_creates_a_person_and_shows_the_password_once(cast):
    client = cast.client("administrator")
    response = client.post("/administration/add-person/", {"username": "jane", "role": "publisher"})
    assert User.objects.get(username="jane").check_password(shown_secret(response))
    assert "no-store" in response["cache-control"]
    taken = client.post("/administration/add-person/", {"username": "Jane", "role": "publisher"})
    assert taken.status_code == 422


def test_it_resets_a_password_after_asking(cast):
    client = cast.client("administrator")
    client.get("/administration/people/viewer/new-password/")
    response = client.post("/administration/people/viewer/new-password/")
    cast.viewer.refresh_from_db()
    assert cast.viewer.check_password(shown_secret(response))


def test_it_finds_people_by_what_they_are(cast):
    client = cast.client("administrator")
    make_user("gone", is_active=False, name="Gone Away")

    def found(query: str) -> set[str]:
        page = text(client.get(f"/administration/people/?{query}"))
        return {user.username for user in User.objects.all() if f"/administration/people/{user.username}/" in page}

    assert found("q=away") == {"gone"}
    assert found("active=false") == {"gone"}
    assert found("role=viewer") == {"viewer"}
    assert found("team=payments") == {"member", "maintainer"}


@pytest.mark.parametrize("url", ["/teams/a%00b/", "/teams/?q=%00", "/audit/?cursor=abc", "/administration/people/%00/"])
def test_it_refuses_addresses_no_page_can_have(cast, url):
    assert cast.client("administrator").get(url).status_code == 400


def test_it_pages_through_teams(cast):
    for number in range(60):
        make_team(f"squad-{number:02}", title=f"Squad {number:02}")
    client = cast.client("viewer")
    first = text(client.get("/teams/"))
    assert "62 teams" in first
    assert "Squad 59" not in first
    onward = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "Squad 59" in text(client.get(onward))


def test_it_shows_the_trail_to_those_it_concerns(cast):
    cast.client("maintainer").post("/teams/payments/edit/", {"title": "Payments and cards", "description": ""})
    url = "/audit/?action=accounts.team"
    assert "Payments and cards" in text(cast.client("administrator").get(url))
    assert "Payments and cards" in text(cast.client("member").get(url))
    assert "No events" in text(cast.client("stranger").get(url))
    assert "No events" in text(cast.client("administrator").get("/audit/?until=2001-01-01"))
    assert cast.client("administrator").get("/audit/?since=never").status_code == 422


@pytest.mark.parametrize(
    ("persona", "url", "queries"),
    [
        ("administrator", "/administration/people/", 8),
        ("administrator", "/audit/", 8),
        ("viewer", "/teams/", 7),
        ("maintainer", "/teams/payments/", 10),
        ("member", "/profile/tokens/", 7),
    ],
)
def test_it_asks_the_database_little_however_long_the_list(cast, persona, url, queries, django_assert_max_num_queries):
    people = [make_user() for _ in range(20)]
    for user in people:
        Membership.objects.create(team=cast.team, user=user)
        make_token(user=cast.member)
    client = cast.client(persona)
    with django_assert_max_num_queries(queries):
        assert client.get(url).status_code == 200
