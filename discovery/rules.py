"""Which publication rule selects an observed service: the first active one by position. Pure.

A glob knows ``*`` (any run of characters) and ``?`` (one character) and is bounded before it gets here
(``discovery.selectors``); nobody gives a regular expression.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import translate

#: The value of a label in a selector that asks only for its presence.
PRESENT = "*"
PUBLISH, IGNORE, PROPOSE = "publish", "ignore", "propose"
LISTS = ("sources", "environments", "namespaces", "kinds", "exposures")


@dataclass(frozen=True, slots=True)
class Selector:
    """What a rule selects: every part has to fit, an empty part fits everything."""

    sources: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    exposures: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A publication rule as a value; ``domain``, ``system`` and ``owner`` are slugs, an empty value says nothing."""

    id: int | None
    name: str
    action: str = PUBLISH
    selector: Selector = Selector()
    kind: str = ""
    domain: str = ""
    system: str = ""
    owner: str = ""
    visibility: str = ""
    publishes_unowned: bool = False
    publishes_drafts: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What a selector looks at."""

    source: str
    environment: str
    namespace: str
    kind: str
    exposure: str
    labels: Mapping[str, str] = field(default_factory=dict)


class Globs:
    """A list of globs, prepared to be asked often."""

    def __init__(self, globs: Iterable[str]) -> None:
        wanted = list(globs)
        self._names = frozenset(glob for glob in wanted if not is_glob(glob))
        patterns = [translate(glob.replace("[", "[[]")) for glob in wanted if is_glob(glob)]
        self._pattern = re.compile("|".join(patterns)) if patterns else None
        self._fits_all = not wanted

    def fit(self, value: str) -> bool:
        if self._fits_all or value in self._names:
            return True
        return self._pattern is not None and self._pattern.match(value) is not None


class RuleSet:
    """Rules in their order, prepared for many subjects of few namespaces."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._prepared = [(rule, [Globs(getattr(rule.selector, part)) for part in LISTS]) for rule in rules]
        self._fitting: dict[tuple[str, ...], tuple[Rule, ...]] = {}

    def first(self, subject: Subject) -> Rule | None:
        """The first rule that selects the subject."""
        names = (subject.source, subject.environment, subject.namespace, subject.kind, subject.exposure)
        fitting = self._fitting.get(names)
        if fitting is None:
            fitting = self._fitting[names] = tuple(
                rule
                for rule, parts in self._prepared
                if all(globs.fit(name) for globs, name in zip(parts, names, strict=True))
            )
        return next((rule for rule in fitting if _carries(subject.labels, rule.selector.labels)), None)


def is_glob(text: str) -> bool:
    return "*" in text or "?" in text


def _carries(labels: Mapping[str, str], wanted: Iterable[tuple[str, str]]) -> bool:
    return all(key in labels if value == PRESENT else labels.get(key) == value for key, value in wanted)
