"""Who writes discovered services takes turns, in one order: first whoever publishes, then source by source."""

from collections.abc import Iterable

from common.locks import lock_until_commit, share_until_commit, try_lock_until_commit

_DOCUMENTS = "discovery.documents"


def lock_publishing() -> None:
    """Hold publishing until commit: of two who publish the same software the second finds the service of the first."""
    lock_until_commit("discovery.publishing")


def lock_source(source_id: int) -> None:
    """Hold the source until commit: a run that applies, rules and people write its rows one after the other."""
    lock_until_commit(f"discovery.source:{source_id}")


def lock_sources(source_ids: Iterable[int]) -> None:
    for source_id in sorted(set(source_ids)):
        lock_source(source_id)


def share_documents() -> None:
    """Until commit no document is forgotten: one that nobody has yet is about to be somebody's."""
    share_until_commit(_DOCUMENTS)


def may_forget_documents() -> bool:
    """Whether nobody takes a document at this moment; until commit those who want to wait."""
    return try_lock_until_commit(_DOCUMENTS)
