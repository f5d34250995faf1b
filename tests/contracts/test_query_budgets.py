"""How many statements a list or a detail may send to the database; more rows never mean more of them.

But for one: a list of REST that goes on after its first page counts how many there are.
"""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import API
from discovery.connectors.base import Problem
from discovery.models import Source
from gateway.usecases.take_usage import take_usage
from gateway.values import LATENCY_BOUNDS, Latencies, Requests, Usage
from marketplace.models import AccessMessage, AccessRequest, Application, Subscription
from tests.factories.catalog import make_api, make_domain, make_environment, make_service
from tests.factories.credentials import make_key
from tests.factories.discovery import make_discovered, make_run, make_source
from tests.factories.gateway import AGENT, known, make_gateway, make_route
from tests.factories.marketplace import make_application, make_plan, make_subscription
from tests.factories.notices import make_notice
from tests.factories.rules import make_rule
from tests.personas import Cast

FOR_ADMINISTRATORS = ("/access/keys/", "/access/keys/?api=api-0-b&state=live")
BUDGETS = json.loads((Path(__file__).parent / "budgets.json").read_text())


def fill(cast: Cast, number: int) -> None:
    for name in (f"{number}-a", f"{number}-b"):
        metadata = {"tags": [name], "links": [{"title": name, "url": "https://wiki.example.com"}]}
        instances = [{"environment": "production", "url": f"https://{name}.example.com"}]
        make_api(f"api-{name}", owner=cast.team, domain="cards", docs=name, instances=instances, **metadata)
        make_notice(cast.member)
        make_service(f"service-{name}", owner=cast.team, provides=[f"api-{name}"], docs=name, **metadata)


def fill_discovery(cast: Cast, number: int) -> None:
    """One more source and rule, and a partial run with problems and new services in the first one."""
    make_run(make_source(f"cluster-{number}", owner=cast.team))
    first = Source.objects.get(name="cluster-0")
    make_run(first, "partial", problems=[Problem("broken", "Broken", place=f"{at}.yaml") for at in range(number + 2)])
    for state in ("new", "missing"):
        make_discovered(first, state, proposed_owner=cast.team, rule=make_rule(domain="cards"))


def fill_marketplace(cast: Cast, number: int) -> None:
    """One more plan, an application that is on it and waits for another one, and a word about that. Those of number 0
    have ids that a URL may name."""
    api = API.objects.get(slug="api-0-a")
    plan = make_plan(api, f"Plan {number}", approval="owner")
    application = make_application(f"Application {number}", team=cast.team, public_id=f"app_{number:016}", service=None)
    waiting = make_subscription(application, plan, state="pending")
    Subscription.objects.filter(pk=waiting.pk).update(public_id=f"sub_{number:016}")
    AccessRequest.objects.filter(subscription=waiting).update(public_id=f"req_{number:016}")
    first = AccessRequest.objects.get(public_id="req_0000000000000000")
    AccessMessage.objects.create(request=first, author_name="Olga", is_question=True, text="What for?")
    other = API.objects.get(slug=f"api-{number}-b")
    make_key(make_subscription(application, make_plan(other, f"Plan {number}")))


def fill_gateways(cast: Cast, number: int) -> None:
    """One more gateway, and one more route of an API of its own, which one more application calls."""
    secret = make_gateway(f"edge-{number}", team=cast.team)[1]
    api = make_api("routed", owner=cast.team) if number == 0 else API.objects.get(slug="routed")
    route = make_route(api.current_version, path=f"/routed/{number}")
    application = Application.objects.get(public_id=f"app_{number:016}")
    called = make_subscription(application, make_plan(api, f"Plan {number}"))
    minute = int(timezone.now().timestamp()) // 60 * 60 - 60
    whose = {"minute": minute, "route": route.public_id, "subscription": called.public_id}
    times = tuple(int(place == 3) for place in range(len(LATENCY_BOUNDS) + 1))
    requests, latencies = Requests(status=200, count=1, credential="", **whose), Latencies(counts=times, **whose)
    usage = Usage(batch="one", requests=(requests,), latencies=(latencies,))
    assert take_usage(actor=AGENT, gateway=known(secret), usage=usage, now=timezone.now())


def reader_of(url: str) -> str:
    """The persona that may read it."""
    if url.startswith("/api/"):
        return "token_read"
    return "administrator" if url in FOR_ADMINISTRATORS else "member"


@pytest.mark.parametrize("url", BUDGETS)
def test_it_stays_within_its_budget_however_much_there_is(cast: Cast, url: str) -> None:
    make_domain("cards")
    make_environment("production")
    client = cast.client(reader_of(url))
    counts = []
    for number in range(2):
        fill(cast, number)
        fill_discovery(cast, number)
        fill_marketplace(cast, number)
        fill_gateways(cast, number)
        # The first use of a token is noted, and the stems of a word are remembered; neither is part of the read.
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        assert answer.status_code == 200, answer.content
        counts.append(len(queries))
    assert counts == [BUDGETS[url]] * 2, [query["sql"][:200] for query in queries]
