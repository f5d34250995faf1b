"""People in Chromium: signing in, choosing a theme, a token shown once, the description of the REST API."""

import pytest

from tests.factories.accounts import PASSWORD, make_team, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_it_leads_from_the_sign_in_to_a_token_and_the_rest_reference(live_server, open_page):
    jane = make_user("jane", name="Jane Roe")
    make_team("payments", title="Payments", maintainers=(jane,))
    page = open_page()

    page.goto(f"{live_server.url}/teams/payments/")
    page.get_by_label("Username").fill("jane")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Username or password is wrong.").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Payments").wait_for()

    page.get_by_role("link", name="Tokens").click()
    page.get_by_role("link", name="Add a token").first.click()
    page.get_by_label("Name").fill("payments pipeline")
    page.get_by_role("button", name="Add token").click()
    secret = page.locator("#new-key").inner_text()
    assert secret.startswith("portico_")
    page.get_by_role("link", name="I have saved it").click()
    assert secret not in page.content()

    answer = page.request.get(f"{live_server.url}/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["teams"] == [{"slug": "payments", "title": "Payments", "role": "member"}]

    page.get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke token").click()
    page.get_by_text("Revoked").first.wait_for()
    refused = page.request.get(f"{live_server.url}/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert refused.status == 401

    page.goto(f"{live_server.url}/api/v1/docs/")
    page.get_by_text("/api/v1/teams/{team}/tokens").first.wait_for()


def test_it_works_without_scripts(live_server, open_page):
    make_user("jane")
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"{live_server.url}/sign-in/?next=/profile/tokens/add/")
    page.get_by_label("Username").fill("jane")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Name").fill("pipeline")
    page.get_by_role("button", name="Add token").click()
    assert page.locator("#new-key").inner_text().startswith("portico_")
