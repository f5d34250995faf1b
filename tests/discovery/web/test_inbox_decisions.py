"""Deciding in the inbox: one row or many, what is asked first, what comes of it and how it is taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Service
from discovery.models import State
from tests.catalog.web.elements import Elements
from tests.factories.accounts import make_team
from tests.factories.catalog import make_service
from tests.factories.discovery import make_discovered, make_source

INBOX = "/discovery/inbox/"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{INBOX}"}


@pytest.fixture
def source(cast):
    return make_source("prod", owner=cast.team)


def state_of(*rows) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


def post(cast, verb: str, *rows, who: str = "member", part: bool = False, **values):
    """The form of the inbox with these rows checked; ``part``: as htmx sends it."""
    form = {"id": [row.pk for row in rows], "next": INBOX, **values}
    if part:
        return cast.client(who).post(f"{INBOX}{verb}/", {**form, "part": "inbox"}, headers=HTMX)
    client = cast.client(who)
    answer = client.post(f"{INBOX}{verb}/", form)
    return client.get(answer["Location"]) if answer.status_code == 303 else answer


def toasts(answer) -> list[str]:
    return Elements(answer.content).texts("toast-words")


def test_it_publishes_what_is_selected_as_proposed(cast, source):
    rows = [make_discovered(source, proposed_owner=cast.team) for _ in range(3)]

    answer = post(cast, "publish", *rows[:2])

    assert state_of(*rows) == ["published", "published", "new"]
    assert toasts(answer) == ["2 services are published In the catalog from now on, and kept up to date by each run."]
    assert Service.objects.filter(owner=cast.team).count() == 2


def test_it_publishes_with_the_values_of_the_bar(cast, source):
    row = make_discovered(source, proposed_owner=cast.team)

    post(cast, "publish", row, visibility="private", domain="", owner="")

    service = Service.objects.get()
    assert (service.visibility, service.owner_id) == ("private", cast.team.pk)


def test_it_asks_who_owns_what_nobody_is_proposed_for(cast, source):
    owned, unowned = make_discovered(source, proposed_owner=cast.team), make_discovered(source)

    page = post(cast, "publish", owned, unowned)
    dialog = post(cast, "publish", owned, unowned, part=True)

    assert state_of(owned, unowned) == ["new", "new"]
    assert "1 of 2 has no owner" in page.content.decode()
    assert "<dialog" in dialog.content.decode()
    assert (dialog["HX-Retarget"], dialog["HX-Reswap"]) == ("#question", "innerHTML")
    carried = {values["value"] for tag, values in Elements(dialog.content).tags if values.get("name") == "id"}
    assert carried == {str(owned.pk), str(unowned.pk)}


def test_it_publishes_without_owner_only_by_choice(cast, source):
    owned, unowned = make_discovered(source, proposed_owner=cast.team), make_discovered(source)

    post(cast, "publish", owned, unowned, who="administrator", unowned="nobody")

    assert state_of(owned, unowned) == ["published", "published"]
    assert unowned.service.owner is None
    assert owned.service.owner == cast.team


def test_it_gives_those_without_owner_the_team_that_is_chosen(cast, source):
    other = make_team("fraud")
    owned, unowned = make_discovered(source, proposed_owner=other), make_discovered(source)

    post(cast, "publish", owned, unowned, unowned="team", unowned_owner=cast.team.slug)

    assert state_of(owned, unowned) == ["published", "published"]
    assert (owned.service.owner, unowned.service.owner) == (other, cast.team)


def test_a_team_that_is_chosen_says_that_it_is_to_be_the_owner(cast, source):
    row = make_discovered(source)

    post(cast, "publish", row, unowned_owner=cast.team.slug)

    assert state_of(row) == ["published"]
    assert row.service.owner == cast.team


def test_it_says_what_is_missing_when_neither_is_chosen(cast, source):
    row = make_discovered(source)

    answer = post(cast, "publish", row, unowned_owner="")

    assert "Choose a team, or publish without owner." in answer.content.decode()
    assert state_of(row) == ["new"]


def test_it_asks_again_when_the_team_is_not_named(cast, source):
    row = make_discovered(source)

    answer = post(cast, "publish", row, unowned="team")

    assert answer.status_code == 422
    assert "Choose a team, or publish without owner." in answer.content.decode()
    assert state_of(row) == ["new"]


def test_it_does_not_ask_when_the_bar_names_an_owner(cast, source):
    row = make_discovered(source)

    post(cast, "publish", row, owner=cast.team.slug)

    assert state_of(row) == ["published"]


def test_it_asks_for_a_reason_before_it_ignores(cast, source):
    row = make_discovered(source, name="exporter")

    asked = post(cast, "ignore", row)
    empty = post(cast, "ignore", row, reason=" ")

    assert "Ignore exporter" in asked.content.decode()
    assert empty.status_code == 422
    assert state_of(row) == ["new"]


def test_it_ignores_with_the_reason_and_takes_it_back(cast, source):
    row = make_discovered(source, name="exporter", proposed_owner=cast.team)

    answer = post(cast, "ignore", row, reason="Not ours")
    undo = next(values["action"] for tag, values in Elements(answer.content).tags if "ids=" in values.get("action", ""))

    assert state_of(row) == ["ignored"]
    assert row.tombstones.get().reason == "Not ours"
    cast.client("member").post(undo)
    assert state_of(row) == ["new"]


def test_it_takes_back_a_fresh_publication(cast, source):
    row = make_discovered(source, proposed_owner=cast.team)
    answer = post(cast, "publish", row)
    undo = next(values["action"] for tag, values in Elements(answer.content).tags if "ids=" in values.get("action", ""))

    client = cast.client("member")
    back = client.get(client.post(undo)["Location"])

    assert state_of(row) == ["new"]
    assert not Service.objects.exists()
    assert toasts(back)[0].endswith("1 service has left the catalog again.")


def test_it_matches_with_a_service_that_is_found_by_search(cast, source):
    make_service("ledger", owner=cast.team, title="General ledger")
    make_service("secret", owner=cast.other_team, title="Ledger of others", visibility="private")
    row = make_discovered(source, name="gl")

    found = post(cast, "match", row, find="ledger").content.decode()
    post(cast, "match", row, service="ledger", find="ledger")

    assert "General ledger" in found
    assert "Ledger of others" not in found
    assert state_of(row) == ["published"]
    assert (row.service.slug, row.is_pinned) == ("ledger", True)


def test_it_matches_with_nothing_that_the_reader_may_not_know_of(cast, source):
    make_service("secret", owner=cast.other_team, visibility="private")
    row = make_discovered(source)

    answer = post(cast, "match", row, service="secret")

    assert answer.status_code == 422
    assert state_of(row) == ["new"]


def test_it_pins_a_match_and_parts_it(cast, source):
    ledger = make_service("ledger", owner=cast.team)
    pinned, parted = (make_discovered(source, State.MATCHED, service=ledger) for _ in range(2))

    post(cast, "pin", pinned)
    post(cast, "part", parted)

    pinned.refresh_from_db()
    parted.refresh_from_db()
    assert (pinned.service, pinned.is_pinned) == (ledger, True)
    assert (parted.service, parted.state) == (None, "new")


def test_it_retires_what_is_missing_for_good(cast, source):
    row = make_discovered(source, State.MISSING)

    post(cast, "retire", row, reason="Switched off")

    assert state_of(row) == ["retired"]


def test_it_does_what_can_be_done_and_says_of_the_rest_why_not(cast, source):
    rows = [make_discovered(source, proposed_owner=cast.team) for _ in range(4)]
    left_out = make_discovered(source, State.IGNORED, name="exporter", proposed_owner=cast.team)

    answer = post(cast, "publish", *rows, left_out)

    assert state_of(*rows, left_out) == ["published"] * 4 + ["ignored"]
    assert toasts(answer)[0].startswith("4 services are published")
    assert toasts(answer)[1].startswith("1 service was not changed exporter: exporter is ignored.")


def test_it_selects_all_of_a_filter_but_nothing_that_arrived_since(cast, source):
    now = timezone.now()
    rows = [make_discovered(source, namespace="cards", now=now - timedelta(hours=number)) for number in (3, 2, 1)]
    other = make_discovered(source, namespace="lending", now=now - timedelta(hours=1))
    later = make_discovered(source, namespace="cards", now=now)
    form = {"all": "1", "next": f"{INBOX}?namespace=cards", "newest": rows[-1].pk, "reason": "Not ours"}

    cast.client("member").post(f"{INBOX}ignore/", form)

    assert state_of(*rows, other, later) == ["ignored", "ignored", "ignored", "new", "new"]


def test_it_selects_all_of_a_source_on_its_page(cast, source):
    here, elsewhere = make_discovered(source), make_discovered(make_source("other", owner=cast.team))
    form = {"all": "1", "next": "/discovery/sources/prod/", "newest": here.pk, "reason": "Not ours"}

    answer = cast.client("member").post(f"{INBOX}ignore/", form)

    assert state_of(here, elsewhere) == ["ignored", "new"]
    assert answer["Location"] == "/discovery/sources/prod/"


def test_it_takes_the_one_row_whose_button_was_pressed_whatever_is_selected(cast, source):
    first, second = make_discovered(source), make_discovered(source)

    post(cast, "ignore", first, only=second.pk, reason="Not ours", all="1")

    assert state_of(first, second) == ["new", "ignored"]


def test_it_answers_htmx_with_the_list_that_is_left_and_a_toast(cast, source):
    first = make_discovered(source, name="first")
    make_discovered(source, name="second")

    answer = post(cast, "ignore", first, reason="Not ours", part=True)

    page = Elements(answer.content)
    assert page.texts("name") == ["second"]
    assert page.texts("inbox-tabs")[0].startswith("New 1 Matched 0 Published 0 Missing 0 Ignored 1")
    assert 'hx-swap-oob="beforeend:#toasts"' in answer.content.decode()
    assert toasts(answer) == ["first is ignored No run and no rule undoes this."]
    assert answer["HX-Replace-Url"] == INBOX


def test_it_goes_on_with_the_first_page_when_the_last_one_is_empty(cast, source):
    now = timezone.now()
    rows = [make_discovered(source, name=f"s-{number}", now=now - timedelta(minutes=number)) for number in range(51)]
    client = cast.client("member")
    links = Elements(client.get(INBOX).content).links()
    second = next(link for link in links if "cursor=" in link)
    form = {"id": [rows[-1].pk], "next": second, "part": "inbox", "reason": "Not ours"}

    answer = client.post(f"{INBOX}ignore/", form, headers=HTMX)

    assert len(Elements(answer.content).texts("name")) == 50
    assert answer["HX-Replace-Url"] == INBOX


def test_it_leads_back_to_no_other_site(cast, source):
    row = make_discovered(source)
    form = {"only": row.pk, "reason": "Not ours", "next": "https://evil.example.com/"}

    assert cast.client("member").post(f"{INBOX}ignore/", form)["Location"] == INBOX


def test_it_refuses_who_may_only_read_and_says_nothing_of_what_they_may_not_know(cast, source):
    cast.member.role = "viewer"
    cast.member.save()
    row, secret = make_discovered(source), make_discovered(make_source())

    refused = cast.client("member").post(f"{INBOX}ignore/", {"only": row.pk, "reason": "No"})
    unknown = cast.client("maintainer").post(f"{INBOX}ignore/", {"only": secret.pk, "reason": "No"})
    nothing = cast.client("maintainer").post(f"{INBOX}ignore/", {"reason": "No"})

    assert [answer.status_code for answer in (refused, unknown, nothing)] == [403, 404, 404]
    assert state_of(row, secret) == ["new", "new"]
