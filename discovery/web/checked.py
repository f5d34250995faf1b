"""What a test of the connection said, as the form shows it."""

from dataclasses import dataclass

from discovery.usecases.check_source import CheckResult


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and the text to copy that it brings; empty when it brings none."""

    words: str
    text: str


def told_of(result: CheckResult) -> list[Told]:
    """The sentences of a place that answers, or the hint of one that does not."""
    said = result.sentences if result.is_ok else (result.hint,) if result.hint else ()
    return [Told(words, text) for words, _, text in (sentence.partition("\n") for sentence in said)]
