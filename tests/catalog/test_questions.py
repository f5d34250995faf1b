"""What the catalog asks other rooms, with and without somebody who knows."""

import pytest

from catalog.questions import Question, places_of
from tests.factories.catalog import make_service
from tests.personas import Cast


@pytest.fixture
def nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_of, "_answer", None)


def test_it_knows_nothing_with_nobody_to_answer() -> None:
    assert Question().ask(1) is None


def test_it_takes_one_answer() -> None:
    question = Question()
    assert question.answer_with(len)("abc") == 3
    assert question.ask("ab") == 2
    with pytest.raises(RuntimeError):
        question.answer_with(sorted)


def test_not_known_is_not_none(cast: Cast, nobody_knows: None) -> None:
    make_service("ledger", owner=cast.team)
    assert "Where it runs" not in cast.client("member").get("/services/ledger/").content.decode()
    assert cast.client("token_read").get("/api/v1/services/ledger").json()["places"] is None


def test_known_to_run_nowhere_is_said(cast: Cast) -> None:
    make_service("ledger", owner=cast.team, visibility="public")
    assert "No source has seen it run." in cast.client("member").get("/services/ledger/").content.decode()
    assert cast.client("token_read").get("/api/v1/services/ledger").json()["places"] == []
    assert "Where it runs" not in cast.client("anonymous").get("/services/ledger/").content.decode()
    assert cast.client("anonymous").get("/api/v1/services/ledger").json()["places"] is None
