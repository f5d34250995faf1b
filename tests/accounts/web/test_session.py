import pytest
from django.test import Client

from accounts.throttle import PER_ACCOUNT
from tests.factories.accounts import PASSWORD, make_user

SIGN_IN = "/sign-in/"


@pytest.fixture(autouse=True)
def _jane(db: None) -> None:
    make_user("jane", name="Jane Roe")


def sign_in(client: Client, username: str = "jane", password: str = PASSWORD, **fields: str):
    return client.post(SIGN_IN, {"username": username, "password": password, **fields})


def test_it_signs_in_with_a_new_session(client):
    client.get(SIGN_IN)
    client.session["before"] = True
    session = client.session
    session.save()
    before = session.session_key
    response = sign_in(client, "JANE")
    assert (response.status_code, response.url) == (302, "/")
    assert client.session.session_key != before
    assert "Jane Roe" in client.get("/profile/").content.decode()


def test_it_says_the_same_whatever_was_wrong(client):
    pages = [sign_in(client, name, "wrong") for name in ("jane", "nobody")]
    assert [page.status_code for page in pages] == [422, 422]
    assert all("Username or password is wrong." in page.content.decode() for page in pages)


def test_it_says_when_to_try_again(client):
    for _ in range(PER_ACCOUNT):
        sign_in(client, password="wrong")
    response = sign_in(client)
    assert response.status_code == 429
    assert "Try again in 15 minutes." in response.content.decode()
    assert 0 < int(response["retry-after"]) <= 900


@pytest.mark.parametrize(
    ("target", "onward"),
    [
        ("/teams/?q=a", "/teams/?q=a"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_it_goes_on_within_the_site_only(client, target, onward):
    assert sign_in(client, next=target).url == onward
    assert client.get(SIGN_IN, {"next": target}).url == onward


def test_it_comes_back_to_the_page_that_asked_for_a_sign_in(client):
    asked = client.get("/teams/")
    assert asked.url == "/sign-in/?next=/teams/"
    assert 'name="next" value="/teams/"' in client.get(asked.url).content.decode()


def test_it_signs_out_by_post_only(client):
    sign_in(client)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/profile/").status_code == 302


def test_it_ends_the_session_of_who_is_deactivated(client):
    sign_in(client)
    user = make_user("boss", role="administrator")
    boss = Client()
    boss.force_login(user)
    boss.post("/administration/people/jane/deactivate/")
    assert client.get("/profile/").status_code == 302
    assert sign_in(client).status_code == 422


def test_it_keeps_the_theme_of_this_browser(client):
    client.post("/theme/", {"theme": "dark", "next": "/sign-in/"})
    assert client.cookies["theme"].value == "dark"
    assert 'data-bs-theme="dark"' in client.get(SIGN_IN).content.decode()
    client.post("/theme/", {"theme": "system"})
    assert client.cookies["theme"].value == ""


def test_it_keeps_no_page_of_the_sign_in_in_caches(client):
    assert "no-store" in client.get(SIGN_IN)["cache-control"]


def test_it_changes_the_password_and_ends_other_sessions(client):
    other = Client()
    sign_in(client)
    sign_in(other)
    values = {"current": PASSWORD, "password": "a much longer one", "again": "a much longer one"}
    assert client.post("/profile/password/", {**values, "again": "another"}).status_code == 422
    assert client.post("/profile/password/", {**values, "current": "wrong"}).status_code == 422
    assert client.post("/profile/password/", values).status_code == 303
    assert client.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302
    assert sign_in(Client(), password="a much longer one").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/api/v1/apis"])
def test_it_takes_a_session_key_that_cannot_be_stored_for_none(client, url):
    client.cookies.load({"sessionid": "\x00abcdefghijk"})

    assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", ["/", "/api/v1/me", "/api/v1/apis", "/apis/nothing/", "/profile/"])
def test_it_tells_caches_between_that_an_answer_is_for_one_reader(cast, url):
    assert "private" in cast.client("member").get(url).headers["Cache-Control"]
