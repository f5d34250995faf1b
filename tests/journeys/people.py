"""People at the door."""

from playwright.sync_api import Page

from tests.factories.accounts import PASSWORD


def signed_in(page: Page, live_server, username: str = "administrator") -> Page:
    """The page after this person has signed in, by the form."""
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    return page
