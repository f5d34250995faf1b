"""What a source is told is checked against what its connector declares."""

from pathlib import Path
from typing import Any

import pytest

from common.errors import Invalid
from discovery.configuration import Kept, configured, sealed, unsealed
from discovery.connectors.base import Misconfigured, Parameter
from discovery.models import Source
from discovery.parameters import NewUpload
from tests.fakes.shelf import Shelf

ZIP = NewUpload("a.zip", b"some bytes")


@pytest.fixture(autouse=True)
def _site(settings: Any, tmp_path: Path) -> None:
    settings.PORTICO_SECRETS_KEYS = ["first key"]
    settings.PORTICO_SOURCES_ROOT = Path("/srv/sources")


def made(**raw: Any) -> Any:
    return configured(Shelf.parameters, {"cluster": "c1", **raw})


def refused(raw: dict[str, Any], kept: Kept | None = None) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        configured(Shelf.parameters, raw, kept)
    return caught.value.fields


def test_it_fills_in_defaults_and_leaves_out_what_is_not_there():
    assert made().values == {"cluster": "c1", "limit": 5, "deep": False}


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("cluster", "  c2 ", "c2"),
        ("limit", "7", 7),
        ("limit", 0, 0),
        ("deep", "on", True),
        ("deep", False, False),
        ("deep", "false", False),
        ("style", "fancy", "fancy"),
        ("names", " a \n\n b", ["a", "b"]),
        ("names", ["a", "b\nc"], ["a", "b", "c"]),
        ("folder", "prod/eu", "prod/eu"),
        ("folder", "/srv/sources/prod/./eu/", "prod/eu"),
        ("folder", "prod/../staging", "staging"),
        ("folder", "/srv/sources", "."),
    ],
)
def test_it_reads_values_as_they_are_declared(name: str, given: Any, value: Any):
    assert made(**{name: given}).values[name] == value


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("cluster", "x" * 21, "at most 20 characters"),
        ("cluster", 7, "Use text"),
        ("cluster", "a\x00b", "NUL"),
        ("token", "a\x00b", "NUL"),
        ("token", "x" * 41, "at most 40"),
        ("limit", 11, "at most 10"),
        ("limit", -1, "whole number"),
        ("limit", True, "whole number"),
        ("limit", 1.5, "whole number"),
        ("limit", "9" * 30, "whole number"),
        ("deep", "perhaps", "true or false"),
        ("deep", 1, "true or false"),
        ("style", "loud", "plain, fancy"),
        ("style", ["plain"], "plain, fancy"),
        ("names", "x" * 51, "at most 50"),
        ("names", [1], "list of texts"),
        ("folder", "../elsewhere", "must lie below /srv/sources"),
        ("folder", "/srv/sources-other", "must lie below"),
        ("folder", "/etc", "must lie below"),
        ("folder", "a\x00", "NUL"),
        ("upload", "text", "Send a file"),
        ("upload", NewUpload("a.zip", b""), "empty"),
        ("upload", NewUpload("a.zip", b"x" * 101), "101 bytes; at most 100"),
        ("upload", NewUpload("a\x00", b"x"), "NUL"),
        ("colour", "red", "not known. Known are cluster, token"),
    ],
)
def test_it_refuses_by_parameter(name: str, given: Any, sentence: str):
    fields = refused({"cluster": "c1", name: given})
    assert list(fields) == [f"configuration.{name}"]
    assert sentence in fields[f"configuration.{name}"][0]


def test_it_names_every_error_at_once():
    assert set(refused({"limit": "x", "colour": "red"})) == {
        "configuration.cluster",
        "configuration.limit",
        "configuration.colour",
    }


def test_it_says_how_to_allow_folders(settings: Any):
    settings.PORTICO_SOURCES_ROOT = None
    assert "set PORTICO_SOURCES_ROOT" in refused({"cluster": "c1", "folder": "x"})["configuration.folder"][0]


def test_it_says_how_to_keep_secrets(settings: Any):
    settings.PORTICO_SECRETS_KEYS = []
    assert "set PORTICO_SECRETS_KEY" in refused({"cluster": "c1", "token": "x"})["configuration.token"][0]


def test_it_keeps_secrets_and_files_out_of_the_values():
    taken = made(token=" s3cret ", upload=ZIP)
    assert (taken.secrets, taken.uploads) == ({"token": " s3cret "}, {"upload": ZIP})
    assert not {"token", "upload"} & set(taken.values)


def test_an_edit_keeps_what_it_does_not_name():
    kept = Kept({"cluster": "c1", "limit": 9, "gone": 1}, frozenset({"token"}), frozenset({"upload"}))
    taken = configured(Shelf.parameters, {"style": "plain", "token": "", "upload": ""}, kept)
    assert taken.values == {"cluster": "c1", "limit": 9, "deep": False, "style": "plain"}
    assert (taken.secrets, taken.uploads, taken.dropped) == ({}, {}, frozenset())


def test_null_drops_a_secret_and_a_file():
    kept = Kept({"cluster": "c1"}, frozenset({"token"}), frozenset({"upload"}))
    assert configured(Shelf.parameters, {"token": None, "upload": None}, kept).dropped == {"token", "upload"}


def test_an_empty_value_clears_and_a_required_one_is_needed():
    kept = Kept({"cluster": "c1", "style": "plain"})
    assert "style" not in configured(Shelf.parameters, {"style": ""}, kept).values
    assert refused({"cluster": " "}, kept) == {"configuration.cluster": ["This is needed."]}


ADDRESSED = (Parameter("server", "Server", required=False), Parameter("token", "Token", secret=True, shown_to="server"))


@pytest.mark.parametrize("before", [{"server": "https://a.example"}, {}], ids=["another", "a first"])
def test_a_secret_does_not_go_to_another_address_unless_it_is_given_again(before: dict[str, str]):
    kept = Kept(before, secrets=frozenset({"token"}))
    with pytest.raises(Invalid) as caught:
        configured(ADDRESSED, {"server": "https://b.example", "token": ""}, kept)
    assert list(caught.value.fields) == ["configuration.token"]
    again = configured(ADDRESSED, {"server": "https://b.example", "token": "t"}, kept)
    assert (again.values["server"], again.secrets) == ("https://b.example", {"token": "t"})


@pytest.mark.parametrize("raw", [{}, {"server": "https://a.example"}, {"server": ""}])
def test_a_secret_stays_where_its_address_stays_or_goes(raw: dict[str, str]):
    kept = Kept({"server": "https://a.example"}, secrets=frozenset({"token"}))
    assert configured(ADDRESSED, raw, kept).secrets == {}


def test_a_sealed_secret_opens_only_in_its_source():
    texts = sealed("prod", {"token": "s3cret"})
    assert "s3cret" not in texts["token"]
    assert unsealed(Source(name="prod", secrets=texts)) == {"token": "s3cret"}
    with pytest.raises(Misconfigured, match="cannot be opened"):
        unsealed(Source(name="other", secrets=texts))


def test_a_lost_key_is_a_clear_error(settings: Any):
    source = Source(name="prod", secrets=sealed("prod", {"token": "s3cret"}))
    settings.PORTICO_SECRETS_KEYS = ["another key"]
    with pytest.raises(Misconfigured) as caught:
        unsealed(source)
    assert "PORTICO_SECRETS_KEY" in caught.value.hint
