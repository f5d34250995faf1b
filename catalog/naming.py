"""Free names for new entries: the one that is wanted, a longer one, else a number at the end. The same each time."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import count

from common.slugs import is_slug, slug_of

_LENGTH = 100

#: Which of these slugs are taken; asked a few times for all wanted names at once.
Taken = Callable[[Collection[str]], Collection[str]]


def candidates(name: str, prefixes: Sequence[str] = ()) -> list[str]:
    """The slugs to try for a name before numbers: itself, then with each prefix in front that says something more."""
    own = name if is_slug(name) else slug_of(name, "service")
    longer = (slug_of(f"{prefix}-{own}") for prefix in prefixes if prefix and prefix != own)
    return list(dict.fromkeys([own, *longer]))


def free_names(wanted: Sequence[Sequence[str]], taken: Taken) -> list[str]:
    """For each list of candidates the first that is free, no slug twice; earlier lists choose first."""
    chosen = [""] * len(wanted)
    used: set[str] = set()
    for offered in _rounds(wanted):
        open_places = [place for place, slug in enumerate(chosen) if not slug]
        if not open_places:
            break
        tried = {place: offered(place) for place in open_places}
        used |= set(taken({slug for slugs in tried.values() for slug in slugs}))
        for place, slugs in tried.items():
            chosen[place] = next((slug for slug in slugs if slug not in used), "")
            used.add(chosen[place])
    return chosen


def _rounds(wanted: Sequence[Sequence[str]]) -> Iterator[Callable[[int], Sequence[str]]]:
    """First the candidates themselves, then the first of them with numbers, more of them in each round."""
    yield wanted.__getitem__
    size, first = 20, 2
    for _ in count():
        numbers = range(first, first + size)
        yield lambda place, numbers=numbers: [_numbered(wanted[place][0], number) for number in numbers]
        first, size = first + size, size * 10


def _numbered(slug: str, number: int) -> str:
    end = f"-{number}"
    return slug[: _LENGTH - len(end)].rstrip("._-") + end
