"""The inbox as a page: what it lists, how it is narrowed, and what it says of each service."""

from discovery.models import State
from tests.factories.discovery import make_discovered, make_source


def test_it_lists_what_is_new_with_what_is_proposed(cast):
    source = make_source("prod", owner=cast.team)
    make_discovered(source, name="ledger", proposed_owner=cast.team, reasons={"owner": "label part-of"})
    make_discovered(source, State.IGNORED, name="sidecar")

    page = cast.client("member").get("/discovery/inbox/").content.decode()

    assert "ledger" in page
    assert "label part-of" in page
    assert "sidecar" not in page
