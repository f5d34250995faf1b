"""How a key is made: enough chance in it, a form that can be recognised, and nothing of it where it is only named."""

import hashlib
import math

import pytest

from marketplace.keys import RANDOM_LENGTH, digest_of, is_key, new_key


def test_it_names_its_environment_and_keeps_what_may_be_shown():
    made = new_key("staging")
    assert made.secret.startswith("pk_staging_")
    assert made.prefix == "pk_staging"
    assert made.last_four == made.secret[-4:]
    assert made.digest == hashlib.sha256(made.secret.encode()).hexdigest() == digest_of(made.secret)


def test_it_holds_at_least_192_random_bits():
    assert RANDOM_LENGTH * math.log2(62) >= 192
    made = {new_key("production").secret for _ in range(200)}
    assert len(made) == 200
    # Each place takes many letters over 200 keys: no part of it is fixed.
    for place in range(-RANDOM_LENGTH, 0):
        assert len({key[place] for key in made}) > 30


@pytest.mark.parametrize("slug", ["p", "production", "eu-west.1_b", "x" * 100])
def test_it_is_recognised_and_fits_into_a_header_of_256_bytes(slug: str):
    secret = new_key(slug).secret
    assert is_key(secret)
    assert len(secret.encode()) <= 256


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pk_production_",
        "pk_" + "a" * 33,
        "portico_" + "a" * 33,
        "pk_production_" + "a" * 32 + "-",
        "pk_production_" + "a" * 33 + "\n",
        "pk_Production_" + "a" * 33,
        "x" + "pk_production_" + "a" * 33,
    ],
)
def test_it_does_not_recognise_what_is_none(text: str):
    assert not is_key(text)


def test_it_hides_the_key_wherever_it_is_written_down():
    made = new_key("production")
    for written in (repr(made), str(made), f"{made}", repr([made]), repr({"key": made})):
        assert made.secret not in written
        assert made.secret.removesuffix(made.last_four)[-20:] not in written
    assert str(made) == f"pk_production_…{made.last_four}"
