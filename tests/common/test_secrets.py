"""Secrets and files at rest."""

import pytest

from common.secrets import CannotOpen, seal, seal_bytes, unseal, unseal_bytes


def test_a_file_opens_with_any_of_the_keys_and_in_its_place_alone():
    content = b"password: hunter-in-the-dark\n" * 100
    sealed = seal_bytes(content, place="here", keys=["old"])

    assert b"hunter" not in sealed
    assert unseal_bytes(sealed, place="here", keys=["new", "old"]) == content
    for place, keys in (("there", ["old"]), ("here", ["new"]), ("here", [])):
        with pytest.raises(CannotOpen):
            unseal_bytes(sealed, place=place, keys=keys)


@pytest.mark.parametrize("damaged", [b"", b"short", b"x" * 100])
def test_what_nobody_sealed_does_not_open(damaged: bytes):
    with pytest.raises(CannotOpen):
        unseal_bytes(damaged, place="here", keys=["key"])


def test_a_text_is_sealed_differently_each_time():
    texts = {seal("s3cret", place="here", keys=["key"]) for _ in range(2)}

    assert len(texts) == 2
    assert {unseal(text, place="here", keys=["key"]) for text in texts} == {"s3cret"}
