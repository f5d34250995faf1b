"""A loss that is too large to believe is decided by a person."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from common.access import Denied
from common.errors import Conflict
from discovery.models import DiscoveredService, Run, Source
from discovery.usecases.decide_loss import decide_loss
from tests.factories.accounts import actor_of
from tests.factories.discovery import ADMINISTRATOR
from tests.factories.scripted import ALL, make_scripted, see, services
from tests.personas import Cast

NAMES = [f"service-{number}" for number in range(20)]

pytestmark = pytest.mark.usefixtures("scripted")


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_scripted("prod", owner=cast.team)


@pytest.fixture
def held(source: Source) -> Run:
    see(source, services(*NAMES))
    DiscoveredService.objects.filter(name="service-1").update(standing="ignored", state="ignored")
    return see(source, [ALL])


def states() -> set[tuple]:
    return set(DiscoveredService.objects.values_list("standing", "state", "hold", "missing_since"))


def test_what_is_believed_is_missing_since_that_run(held: Run) -> None:
    see(held.source)
    run = decide_loss(actor=ADMINISTRATOR, run=held, believe=True, now=timezone.now())

    assert states() == {("new", "missing", "", held.started_at), ("ignored", "ignored", "", held.started_at)}
    assert (run.hold, run.hold_decided_by, run.hold_count) == ("confirmed", "factory", 20)
    assert set(Run.objects.filter(number__gt=1).values_list("hold", flat=True)) == {"confirmed"}
    event = AuditEvent.objects.get()
    assert (event.action, event.difference) == ("discovery.loss.confirmed", {"services": [20, 0]})
    assert see(held.source).hold == ""


def test_what_is_not_believed_stays_and_is_not_asked_about_again_until_seen(held: Run) -> None:
    source = held.source
    run = decide_loss(actor=ADMINISTRATOR, run=held, believe=False, now=timezone.now())

    assert (run.hold, AuditEvent.objects.get().action) == ("rejected", "discovery.loss.rejected")
    assert states() == {("new", "new", "rejected", None), ("ignored", "ignored", "rejected", None)}
    assert see(source).hold == ""
    see(source, services(*NAMES))
    assert {row[2] for row in states()} == {""}
    assert see(source, [ALL]).hold == "held"


def test_it_is_decided_once(held: Run) -> None:
    decide_loss(actor=ADMINISTRATOR, run=held, believe=False, now=timezone.now())
    with pytest.raises(Conflict):
        decide_loss(actor=ADMINISTRATOR, run=held, believe=True, now=timezone.now())


def test_a_run_without_a_loss_asks_nothing(source: Source) -> None:
    run = see(source, services("payments"))
    with pytest.raises(Conflict):
        decide_loss(actor=ADMINISTRATOR, run=run, believe=True, now=timezone.now())


def test_those_who_look_after_the_source_decide(held: Run, cast: Cast) -> None:
    with pytest.raises(Denied):
        decide_loss(actor=actor_of(cast.stranger), run=held, believe=True, now=timezone.now())
    assert decide_loss(actor=actor_of(cast.member), run=held, believe=True, now=timezone.now()).hold == "confirmed"


def test_an_answer_is_about_what_was_asked(held: Run) -> None:
    """Somebody who looks at an old run believes what stands there, and not what was lost since."""
    source = held.source
    see(source, services(*NAMES))
    asked = see(source, services(*NAMES[:8]))
    see(source, [ALL])

    with pytest.raises(Conflict, match="More services are held by now"):
        decide_loss(actor=ADMINISTRATOR, run=asked, believe=True, now=timezone.now())
    assert {row[3] for row in states()} == {None}
    assert decide_loss(actor=ADMINISTRATOR, run=asked, believe=False, now=timezone.now()).hold == "rejected"
