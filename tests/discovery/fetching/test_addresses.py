"""Specifications at addresses: what annotations name, the base address of the source, addresses in the cluster."""

from typing import Any

import pytest

from common.outbound import networks_of
from discovery.configuration import sealed
from discovery.connectors.base import Misconfigured
from discovery.connectors.kubernetes import fetching
from discovery.models import FetchOutcome, Source
from tests.common.http.talking import PUBLIC, Talker, answer, talking
from tests.discovery.fetching.bank import LEDGER, Bank, fetch, row, tried
from tests.factories.catalog import as_bytes, openapi

HEADERS = "X-Key: planted-header\nAuthorization: Bearer planted-token"


@pytest.fixture
def in_our_net(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the connector asks goes into the net of the test too."""
    monkeypatch.setattr(fetching, "get", bank.net.ask)


def source(bank: Bank, **configuration: Any) -> Source:
    return bank.source(**{"fetch_through_api_server": False, **configuration})


def with_headers(bank: Bank, **configuration: Any) -> Source:
    return source(bank, secrets={"fetch_headers": HEADERS}, **configuration)


def serve(talker: Talker, path: str = "/openapi.json", body: bytes = LEDGER) -> None:
    wanted = f"GET {path} ".encode()
    talker.answering = lambda it, head: it.sendall(
        answer(body) if head.startswith(wanted) else answer(b"{}", "404 Not Found")
    )


@pytest.mark.parametrize(
    "key",
    ["portico.io/spec-url", "kiali.io/api-spec", "terasky.backstage.io/provides-api-from-url", "apihub-openapi-url"],
)
def test_it_fetches_the_address_of_an_annotation_with_nothing_of_the_source(bank: Bank, in_our_net: None, key: str):
    with talking(answer(LEDGER)) as talker:
        url = f"http://docs.example:{talker.port}/ledger.json?key=planted-query"
        with_headers(bank, fetch_base_url=f"http://docs.example:{talker.port}/{{name}}")
        bank.service("ledger", annotations={key: url})
        bank.see()
        bank.look()
    found = row("ledger")
    assert found.fetch.outcome == FetchOutcome.FOUND
    assert found.fetch.place == f"http://docs.example:{talker.port}/ledger.json"
    assert found.specification.content == LEDGER
    assert len(talker.heard) == 1
    assert "planted-query" in talker.heard[0]
    assert "planted-header" not in talker.heard[0] + talker.heard[0]
    assert "planted-query" not in str(found.fetch.tried)


@pytest.mark.parametrize("address", ["169.254.169.254", "127.0.0.1", "10.1.2.3"])
def test_it_does_not_go_where_annotations_may_not_lead(bank: Bank, address: str):
    source(bank)
    bank.net.names["docs.example"] = [(address,)]
    bank.service("ledger", annotations={"portico.io/spec-url": "http://docs.example/latest/meta-data"})
    bank.see()
    bank.look()
    assert fetch("ledger").outcome == FetchOutcome.NOT_ALLOWED
    assert "address that is not called" in tried("ledger")["http://docs.example/latest/meta-data"]
    assert bank.net.called == []


def test_it_goes_to_private_networks_that_the_operator_lists(bank: Bank, settings: Any):
    settings.PORTICO_PRIVATE_NETWORKS = networks_of(["10.1.0.0/16"])
    source(bank)
    bank.net.names["docs.example"] = [("10.1.2.3",)]
    with talking(answer(LEDGER)) as talker:
        bank.service("ledger", annotations={"portico.io/spec-url": f"http://docs.example:{talker.port}/a"})
        bank.see()
        bank.look()
    assert fetch("ledger").outcome == FetchOutcome.FOUND


def test_it_grants_the_networks_of_a_source_to_its_own_addresses_alone(bank: Bank, in_our_net: None):
    source(bank, fetch_networks=["10.1.0.0/16"], fetch_in_cluster=True)
    bank.net.names["docs.example"] = [("10.1.2.3",)]
    bank.net.names["ledger.payments.svc"] = [("10.1.2.4",)]
    bank.service("ledger", annotations={"portico.io/spec-url": "http://docs.example/a"})
    bank.see()
    bank.look()
    assert "address that is not called" in tried("ledger")["http://docs.example/a"]
    assert bank.net.called == ["10.1.2.4"]


def test_it_leaves_addresses_alone_when_the_source_says_so(bank: Bank):
    source(bank, fetch_addresses=False)
    bank.service("ledger", annotations={"portico.io/spec-url": "http://docs.example/a"})
    bank.see()
    bank.look()
    assert (bank.net.asked, fetch("ledger").tried) == ([], [])


def test_it_asks_the_base_address_with_prefix_and_headers(bank: Bank, in_our_net: None):
    with talking(answer()) as talker:
        serve(talker, "/payments/ledger/8080/api/openapi.json")
        template = f"http://gateway.example:{talker.port}/{{namespace}}/{{name}}/{{port}}"
        with_headers(bank, fetch_base_url=template, fetch_prefix="/api")
        bank.service("ledger")
        bank.see()
        bank.look()
    assert fetch("ledger").outcome == FetchOutcome.FOUND
    assert "X-Key: planted-header\r\n" in talker.heard[0]
    assert "Authorization: Bearer planted-token\r\n" in talker.heard[0]


def test_it_shows_the_headers_to_no_host_that_the_base_address_redirects_to(bank: Bank, in_our_net: None):
    with talking(answer(LEDGER)) as other, talking(b"") as talker:
        moved = answer(b"", "302 Found", Location=f"http://other.example:{other.port}/openapi.json")
        talker.answering = lambda it, _: it.sendall(moved)
        with_headers(bank, fetch_base_url=f"http://gateway.example:{talker.port}/{{name}}")
        bank.service("ledger")
        bank.see()
        bank.look()
    assert fetch("ledger").outcome == FetchOutcome.FOUND
    assert "planted" in talker.heard[0]
    assert not any("planted" in head for head in other.heard)


def test_it_shows_the_headers_to_no_address_in_the_cluster_and_asks_nothing_a_document_names(
    bank: Bank, in_our_net: None
):
    with talking(answer()) as talker:
        serve(talker, body=as_bytes(openapi("1.2.0", servers=[{"url": "http://servers.example/"}])))
        with_headers(bank, fetch_in_cluster=True)
        port = {"name": "http", "port": talker.port, "targetPort": 8080}
        bank.service("ledger", ports=[port])
        bank.see()
        bank.look()
    assert fetch("ledger").place == f"http://ledger.payments.svc:{talker.port}/openapi.json"
    assert not any("planted" in head for head in talker.heard)
    assert set(bank.net.asked) == {"ledger.payments.svc"}


def test_it_asks_a_host_that_does_not_answer_once(bank: Bank, in_our_net: None):
    bank.net.names["ledger.payments.svc"] = [("10.96.0.1",)]
    source(bank, fetch_in_cluster=True)
    bank.service("ledger")
    bank.see()
    bank.look()
    assert bank.net.asked == ["ledger.payments.svc"]
    assert fetch("ledger").outcome == FetchOutcome.NOT_ALLOWED


def test_it_names_what_is_wrong_with_the_source_and_not_its_secrets(bank: Bank):
    made = source(bank, fetch_base_url="http://gateway.example/{name}")
    made.secrets |= sealed("prod", {"fetch_headers": "planted-line-without-a-colon"})
    made.save()
    bank.service("ledger")
    bank.see()
    bank.look()
    assert fetch("ledger").outcome == FetchOutcome.UNREACHABLE
    assert tried("ledger") == {"source prod": "A header for the base address cannot be sent."}


@pytest.mark.parametrize(
    "template",
    ["http://{name}/", "https://x.{namespace}", "https://{namespace}.{name}.:80/", "ftp://gateway.example/{name}", "http://u:p@gateway.example/",
     "http://gateway.example/?a={name}", "{name}"],
)  # fmt: skip
def test_it_refuses_a_base_address_that_would_be_anybodys(template: str):
    with pytest.raises(Misconfigured):
        fetching._template(template)


@pytest.mark.parametrize(
    "line", ["Cookie: a=b", "Host: other", "X-A: b\r\nX-B: c", "no colon", "X-A:", "Connection: x"]
)
def test_it_refuses_headers_that_are_not_the_sources_to_send(line: str):
    with pytest.raises(Misconfigured) as refused:
        fetching._headers([line])
    assert line not in refused.value.message + refused.value.hint


def test_it_is_called_at_the_address_that_was_judged(bank: Bank):
    source(bank)
    with talking(answer(LEDGER)) as talker:
        bank.net.names["docs.example"] = [(PUBLIC,), ("127.0.0.1",)]
        bank.service("ledger", annotations={"portico.io/spec-url": f"http://docs.example:{talker.port}/a"})
        bank.see()
        bank.look()
    assert bank.net.called == [PUBLIC]
