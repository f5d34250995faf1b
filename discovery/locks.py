"""Who writes discovered services takes turns, in one order: first whoever publishes, then source by source."""

from collections.abc import Iterable

from common.locks import lock_until_commit


def lock_publishing() -> None:
    """Hold publishing until commit: of two who publish the same software the second finds the service of the first."""
    lock_until_commit("discovery.publishing")


def lock_source(source_id: int) -> None:
    """Hold the source until commit: a run that applies, rules and people write its rows one after the other."""
    lock_until_commit(f"discovery.source:{source_id}")


def lock_sources(source_ids: Iterable[int]) -> None:
    for source_id in sorted(set(source_ids)):
        lock_source(source_id)
