"""Names of operations in URLs: unique in their document and the same each time it is read."""

import re
from collections import Counter
from collections.abc import Iterable

LENGTH_AT_MOST = 100
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
_WORD = re.compile(r"[A-Za-z0-9]+")


def operation_slugs(operations: Iterable[tuple[str, str, str]]) -> list[str]:
    """One slug for each (operationId, method, path): the operationId where it is safe and unique, or method
    and path.
    """
    known = list(operations)
    uses = Counter(operation_id for operation_id, _method, _path in known)
    slugs = [operation_id if uses[operation_id] == 1 and _is_safe(operation_id) else "" for operation_id, *_ in known]
    taken = set(slugs)
    for index, (_operation_id, method, path) in enumerate(known):
        if not slugs[index]:
            slugs[index] = _free(_words(method, path), taken)
            taken.add(slugs[index])
    return slugs


def _is_safe(operation_id: str) -> bool:
    return len(operation_id) <= LENGTH_AT_MOST and _SAFE.fullmatch(operation_id) is not None


def _words(method: str, path: str) -> str:
    words = "-".join([method.lower(), *_WORD.findall(path)])
    return words[: LENGTH_AT_MOST - 8].rstrip("-")


def _free(slug: str, taken: set[str]) -> str:
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
