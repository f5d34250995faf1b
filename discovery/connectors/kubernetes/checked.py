"""What «test connection» says of a cluster that answers."""

from collections.abc import Iterator, Sequence

from discovery.connectors.base import EVERYWHERE
from discovery.connectors.kubernetes.fleet import STREAMS_AT_MOST, streams_for
from discovery.connectors.kubernetes.installed import Installed
from discovery.connectors.kubernetes.rights import PROXY, Right, Rights
from discovery.connectors.kubernetes.roles import manifest

_SPOKEN_AT_MOST = 20
_WITHOUT_PROXY = "Specifications are then not fetched through the API server."
_WITHOUT = {"list": "Runs will be partial.", "watch": "What changes there is seen by runs only."}


def sentences(
    who: str, installed: Installed, rights: Rights, namespaces: Sequence[str], *, with_proxy: bool = False
) -> Iterator[str]:
    """Who Portico is, what there is to read, which rights are lacking, and what to apply for them."""
    yield f"The API server answers and knows Portico as {who}." if who else "The API server answers."
    yield f"Installed of what is read: {', '.join(kind.spoken for kind in installed.versions)}."
    if installed.unknown:
        yield f"Out of order, and therefore not read: {', '.join(kind.spoken for kind in installed.unknown)}."
    if streams_for(installed, namespaces) > STREAMS_AT_MOST:
        yield "There are too many namespaces to watch one by one; what changes in them is seen by runs only."
    if not rights.is_whole:
        yield "There was no time to ask for every right; more may be missing than is said here."
    for verb, without in _WITHOUT.items():
        if lacking := rights.lacks(verb):
            yield f"The right to «{verb}» is missing for {_spoken(lacking)}. {without}"
    if rights.without_proxy:
        yield f"The right to «get» {PROXY} is missing{_inside(rights.without_proxy)}. {_WITHOUT_PROXY}"
    if rights.lacking or rights.without_proxy:
        text = manifest(who, installed, namespaces, with_proxy=with_proxy)
        yield f"To give it, apply this as an administrator of the cluster:\n{text}"
    elif rights.is_whole:
        yield "The identity may list and watch all of them, and needs no other right."


def _inside(scopes: Sequence[str]) -> str:
    names = [scope for scope in scopes if scope != EVERYWHERE]
    more = f" and {len(names) - _SPOKEN_AT_MOST} more" if len(names) > _SPOKEN_AT_MOST else ""
    return f" in {', '.join(names[:_SPOKEN_AT_MOST])}{more}" if names else ""


def _spoken(lacking: list[Right]) -> str:
    names = [right.kind.spoken if right.scope == EVERYWHERE else f"{right.kind.spoken} in {right.scope}"
             for right in lacking]  # fmt: skip
    more = f" and {len(names) - _SPOKEN_AT_MOST} more" if len(names) > _SPOKEN_AT_MOST else ""
    return f"{', '.join(names[:_SPOKEN_AT_MOST])}{more}"
