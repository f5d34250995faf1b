"""From «I need this API» to a call that works, and back to a key that is dead everywhere: two people in Chromium, a
gateway with Envoy and an upstream as they run."""

import http.client
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Role
from catalog.models import APIVersion, Environment
from demo.bank_clusters import FOLDER
from gateway.feed.waiting import wakeups
from gateway.usecases.add_gateway import add_gateway
from gateway.usecases.set_route import set_route
from marketplace.models import Credential, Plan
from marketplace.usecases.change_overlap import change_overlap
from marketplace.usecases.create_plan import create_plan
from marketplace.usecases.edit_plan import edit_plan
from tests.factories.accounts import actor_of
from tests.factories.catalog import publish
from tests.journeys.people import signed_in
from tests.journeys.standing import free_port, gateway, upstreams
from tests.personas import Cast, assemble
from tests.workers import wait_until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

#: For a step that waits for other processes on a machine that is busy.
SLOW_MILLISECONDS = 60_000
PATH = "/credit-check/v2"
SCORE = f"{PATH}/customers/c-48213/score"


@dataclass(frozen=True, slots=True)
class Stage:
    """The portal, with the people that use it, and a gateway that follows it."""

    url: str
    gateway: str
    cast: Cast
    plan: Plan

    def status(self, key: str) -> int:
        """What software with that key is answered."""
        line = http.client.HTTPConnection(urlsplit(self.gateway).netloc, timeout=10)
        line.request("GET", SCORE, headers={"X-API-Key": key} if key else {})
        status = line.getresponse().status
        line.close()
        return status


@pytest.fixture
def stage(live_server: Any, settings: Any, transactional_db: None) -> Iterator[Stage]:
    settings.PORTICO_URL = live_server.url
    production = Environment.objects.create(slug="production", title="Production", position=1)
    cast = assemble()
    document = yaml.safe_load((FOLDER / "specifications" / "credit-check-2.3.0.yaml").read_bytes())
    publish("credit-check", "2.3.0", document=document, owner=cast.other_team.slug)
    version = APIVersion.objects.select_related("api").get(api__slug="credit-check")
    administrator, now = actor_of(cast.administrator), timezone.now()
    limits = [{"requests": 4, "per": "minute"}]
    offer = {"name": "Standard", "approval": "owner", "limits": limits}
    plan = create_plan(actor=administrator, api=version.api, metadata=offer, now=now)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    metadata = {"url": url, "networks": ["127.0.0.0/8"], "closed_ports": [port, urlsplit(live_server.url).port]}
    with upstreams() as upstream:
        _added, token = add_gateway(actor=administrator, slug="local", metadata=metadata, now=now)
        set_route(
            actor=administrator,
            version=version,
            environment=production,
            upstream=f"{upstream}/credit-check/2.3.0",
            path=PATH,
            now=now,
        )
        with gateway(live_server.url, token, port):
            yield Stage(live_server.url, url, cast, plan)
    wakeups.stop()


def ask_for_access(page: Page) -> None:
    """Found by what it does, asked for in two clicks and a reason."""
    page.get_by_role("combobox", name="Search").or_(page.get_by_role("searchbox")).first.fill("credit score")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Credit Check").first.click()
    page.get_by_role("link", name="Get access").first.click()
    window = page.locator("#window")
    window.get_by_label("Name of the new application").fill("Rate Offers")
    window.get_by_label("What it is for").fill("Scores for the offers on the website.")
    window.get_by_role("button", name="Request access").click()
    expect(page.get_by_text("Pending").first).to_be_visible()


def approve(page: Page, site: str) -> None:
    page.goto(f"{site}/access/approvals/")
    expect(page.locator(".request")).to_contain_text("Scores for the offers on the website.")
    page.get_by_role("button", name="Approve Rate Offers").click()
    expect(page.locator(".request")).to_contain_text("Approved")


def open_application(page: Page, site: str) -> None:
    page.goto(f"{site}/access/")
    page.get_by_role("link", name="Rate Offers").first.click()


def new_key(page: Page, act: str) -> str:
    """The key that is shown this once, and not when the page is loaded again."""
    page.get_by_role("link", name=f"{act} the key for").or_(page.get_by_role("link", name=f"{act} key for")).click()
    page.get_by_role("button", name=f"{act} key").click()
    key = page.locator("#new-key").inner_text()
    page.get_by_role("link", name="I have saved it").click()
    expect(page.locator(".key-table")).to_contain_text(key[-4:])
    assert key not in page.content()
    return key


def in_force(page: Page, last_four: str) -> Locator:
    """What the page says of where the key with that end is in force."""
    return page.locator(".key-table tbody tr").filter(has_text=last_four).locator(".enforced")


def call_from_console(page: Page, stage: Stage) -> None:
    """The page calls with a key of its own, which nobody sees."""
    page.goto(f"{stage.url}/apis/credit-check/")
    page.get_by_role("link", name="Console").click()
    page.get_by_text("/customers/{id}/score", exact=True).click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_placeholder("id", exact=True).fill("c-48213")
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table")).to_contain_text('"customerId": "c-48213"', timeout=SLOW_MILLISECONDS)
    assert Credential.objects.get(purpose="console").prefix not in page.content()


def exceed_the_limit(page: Page, stage: Stage, key: str) -> None:
    """Software uses up what the plan allows; the console, which shares it, is told when to come back."""
    statuses = [stage.status(key) for _ in range(5)]
    assert 429 in statuses, statuses
    assert set(statuses) <= {200, 429}
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table")).to_contain_text("gateway_limit_reached")
    expect(page.locator(".live-responses-table")).to_contain_text("retry-after")


def widen(stage: Stage) -> None:
    """The owner gives the plan more, which holds at once."""
    limits = [{"requests": 5000, "per": "minute"}]
    edit_plan(actor=actor_of(stage.cast.stranger), plan=stage.plan, metadata={"limits": limits}, now=timezone.now())


def end_the_overlap(stage: Stage, key: str) -> None:
    """Both keys work until the older one's second has come."""
    older = Credential.objects.get(last_four=key[-4:], purpose="application")
    now = timezone.now()
    change_overlap(actor=actor_of(stage.cast.member), credential=older, expires_at=now + timedelta(seconds=3), now=now)


def revoke(page: Page, last_four: str) -> None:
    page.get_by_role("link", name=f"Revoke the key that ends in {last_four}").click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator(".key-table")).to_contain_text("Revoked")
    expect(in_force(page, last_four)).to_contain_text("Refused everywhere", timeout=SLOW_MILLISECONDS)
    expect(in_force(page, last_four)).to_contain_text("since")


def see_traffic(page: Page, stage: Stage) -> None:
    """The owner sees who called, and that the limit was reached; the page follows by itself."""
    page.goto(f"{stage.url}/apis/credit-check/traffic/")
    line = page.locator("#traffic tbody tr").filter(has_text="Rate Offers")
    limited = line.locator("[data-label='Over the limit']")
    expect(limited).to_have_text(re.compile("[1-9]"), timeout=SLOW_MILLISECONDS)
    answered = int(line.locator("[data-label='Requests']").inner_text()) - int(limited.inner_text())
    assert answered >= 4
    expect(page.locator("[data-chart]").first).to_be_visible()


def test_a_key_opens_a_door_until_it_does_not(stage: Stage, open_page: Callable[..., Page]) -> None:
    assert stage.cast.stranger.role == Role.PUBLISHER
    consumer = signed_in(open_page(), stage, "member")
    owner = signed_in(open_page(), stage, "stranger")

    ask_for_access(consumer)
    approve(owner, stage.url)
    open_application(consumer, stage.url)
    first = new_key(consumer, "Issue")
    expect(in_force(consumer, first[-4:])).to_contain_text("In force on 1 of 1", timeout=SLOW_MILLISECONDS)
    assert stage.status("") == stage.status(f"{first}x") == 401

    console = consumer.context.new_page()
    call_from_console(console, stage)
    exceed_the_limit(console, stage, first)
    widen(stage)
    wait_until(lambda: stage.status(first) == 200)

    second = new_key(consumer, "Rotate")
    expect(in_force(consumer, second[-4:])).to_contain_text("In force on 1 of 1", timeout=SLOW_MILLISECONDS)
    assert stage.status(first) == stage.status(second) == 200
    end_the_overlap(stage, first)
    wait_until(lambda: stage.status(first) == 401)
    assert stage.status(second) == 200

    revoke(consumer, second[-4:])
    assert stage.status(second) == 401
    see_traffic(owner, stage)
