"""Secrets stay out of what is told."""

import base64
from urllib.parse import quote

from discovery.runs.scrubbing import scrubber


def test_it_hides_secrets_in_all_the_forms_they_are_written_in() -> None:
    secret = "p@ss/wörd with space"
    scrub = scrubber([secret, "other-secret"])
    encoded = base64.b64encode(secret.encode()).decode()
    told = f"{secret} {quote(secret)} {quote(secret, safe='')} {encoded} other-secret"

    assert scrub(told) == " ".join(["[hidden]"] * 5)


def test_it_hides_each_line_of_a_key() -> None:
    scrub = scrubber(["-----BEGIN\nAAAA\nBBBB\n"])
    assert scrub("near AAAA of BBBB") == "near [hidden] of [hidden]"


def test_it_hides_the_longer_of_two_that_overlap() -> None:
    assert scrubber(["token", "token-long"])("token-long") == "[hidden]"


def test_it_leaves_the_rest() -> None:
    assert scrubber(["abc", ""])("abc def") == "abc def"
