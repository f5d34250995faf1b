"""The product's first loop with nothing in between: curl publishes, a colleague mistypes, finds, reads, downloads."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.tasks import refresh_search
from tests.factories.accounts import make_team, make_token, make_user
from tests.journeys.people import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SPECIFICATION = b"""\
openapi: 3.1.0
info: {title: Credit Check, version: 2.3.0}
paths:
  /customers/{id}/score:
    get:
      operationId: getCreditScore
      summary: Get the credit score of a customer
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: reasons, in: query, description: Adds the reasons., schema: {type: boolean}}
      responses:
        '200':
          description: The score.
          content:
            application/json:
              schema:
                type: object
                properties:
                  score: {type: integer, minimum: 0, maximum: 999}
# The comment and these blanks come back as they are.  \t
"""


def publish(url: str, token: str, file: Path) -> dict[str, Any]:
    """What the README tells a pipeline to do."""
    command = [
        *("curl", "--silent", "--show-error", "--fail-with-body", "-X", "PUT"),
        *("-H", f"Authorization: Bearer {token}", "-H", "Content-Type: application/yaml"),
        *("--data-binary", f"@{file}", f"{url}/api/v1/apis/credit-check/versions/auto"),
    ]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_what_curl_publishes_a_colleague_finds_by_a_misspelt_word(live_server, open_page, tmp_path):
    _, token = make_token(team=make_team("lending", title="Lending"))
    make_user("jane")
    file = tmp_path / "openapi.yaml"
    file.write_bytes(SPECIFICATION)

    assert publish(live_server.url, token, file)["status"] == "created"
    assert publish(live_server.url, token, file)["status"] == "unchanged"
    refresh_search()

    page = signed_in(open_page(accept_downloads=True), live_server, "jane")

    page.keyboard.press("/")
    page.keyboard.type("customer scoer")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing matches “customer scoer” exactly")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="/customers/{id}/score").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Get the credit score of a customer")
    expect(page.get_by_text("Adds the reasons.")).to_be_visible()
    expect(page.get_by_text("0 to 999")).to_be_visible()

    page.goto(f"{live_server.url}/apis/credit-check/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    assert Path(download.value.path()).read_bytes() == SPECIFICATION
