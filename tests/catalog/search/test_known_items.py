from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from bench.documents import subjects
from bench.generate import generate
from bench.known_items import KINDS, Score, measure

APIS, SEED, ASKED = 300, 7, 40


@pytest.fixture(scope="module")
def scores(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Score]]:
    """The table of ``bench.known_items`` for a small catalog, which is not kept."""
    with django_db_blocker.unblock(), transaction.atomic():
        generate(APIS, SEED)
        measured = measure(subjects(APIS, SEED), ASKED, SEED)
        transaction.set_rollback(True)
    yield measured


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_it_finds_known_items(scores: dict[str, Score], kind: str) -> None:
    score = scores[kind]

    assert score.asked == ASKED
    assert score.share >= KINDS[kind].share, score.missed
