"""Forms and headers that no page of ours sends."""

import re

import pytest
from django.test import Client

from discovery.models import DiscoveredService, Source
from tests.factories.discovery import make_discovered, make_source
from tests.personas import Cast

INBOX = "/discovery/inbox/"
UNREADABLE = ["http://[", "//[", "http://testserver:port/", "\x00", "http://testserver/\x00"]
ELSEWHERE = [
    "http://testserver//evil.example/",
    "http://testserver/\\evil.example/",
    "/\\evil.example",
    "//evil.example",
]


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source("prod", owner=cast.team)


@pytest.fixture
def row(source: Source) -> DiscoveredService:
    return make_discovered(source, name="ledger")


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client("member")


def leads_elsewhere(page: bytes) -> bool:
    """Whether an attribute holds an address of the other site; as a part of one of ours it does no harm."""
    return re.search(rb"""=["'](?:https?:)?[/\\]{1,2}[^"'/?]*evil""", page) is not None


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_no_answer_leads_to_another_site(client: Client, row: DiscoveredService, onward: str):
    form = {"only": row.pk, "reason": "Not ours", "next": onward}
    assert client.post(f"{INBOX}ignore/", form)["Location"] == INBOX
    page = client.get(f"/discovery/services/{row.pk}/edit/", {"next": onward})
    assert not leads_elsewhere(page.content)
    asked = client.get(f"/discovery/services/{row.pk}/edit/", headers={"HX-Request": "true", "HX-Current-URL": onward})
    assert not leads_elsewhere(asked.content)


@pytest.mark.parametrize("address", UNREADABLE)
def test_an_address_that_cannot_be_read_is_none(client: Client, row: DiscoveredService, address: str):
    form = {"all": "1", "reason": "Not ours", "next": address}
    assert client.post(f"{INBOX}ignore/", form)["Location"] == INBOX
    assert DiscoveredService.objects.get().state == "ignored"
    if "\x00" not in address:
        headers = {"HX-Request": "true", "HX-Current-URL": address}
        for url in (INBOX, "/discovery/sources/prod/", f"/discovery/services/{row.pk}/edit/", "/browse/"):
            assert client.get(url, headers=headers).status_code == 200, url


@pytest.mark.parametrize("newest", ["9" * 18, "9" * 40, "9" * 5000, "nine", ""])
def test_a_row_that_cannot_be_is_no_bound_of_the_list(client: Client, row: DiscoveredService, newest: str):
    form = {"all": "1", "newest": newest, "reason": "Not ours", "next": INBOX}
    assert client.post(f"{INBOX}ignore/", form)["Location"] == INBOX
    assert DiscoveredService.objects.get().state == "ignored"
    assert client.get(f"{INBOX}arrived/", {"newest": newest}).status_code == 200


@pytest.mark.parametrize(
    ("verb", "values", "status"),
    [
        ("publish", {"owner": "\x00"}, 303),
        ("publish", {"unowned": "team", "unowned_owner": "\x00"}, 422),
        ("ignore", {"reason": "\x00"}, 422),
        ("match", {"find": "\x00"}, 200),
        ("match", {"service": "\x00"}, 422),
        ("retire", {"only": "9" * 18, "reason": "Gone"}, 404),
        ("retire", {"only": "9" * 40, "reason": "Gone"}, 404),
    ],
)
def test_what_no_column_can_hold_is_refused(
    client: Client, row: DiscoveredService, verb: str, values: dict[str, str], status: int
):
    answer = client.post(f"{INBOX}{verb}/", {"only": row.pk, **values})
    assert answer.status_code == status
    assert DiscoveredService.objects.get().state == "new"
