"""Adding a source from the command line."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from discovery.models import Run, Source
from tests.factories.accounts import make_team
from tests.factories.catalog import make_environment
from tests.factories.discovery import stored_file
from tests.fakes.shelf import Shelf

WITHOUT_CLUSTER = tuple(parameter for parameter in Shelf.parameters if parameter.name != "cluster")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]


@pytest.fixture(autouse=True)
def _site(settings: Any, tmp_path: Path) -> None:
    settings.PORTICO_SOURCES_ROOT = tmp_path
    make_environment("production")


def add(**options: Any) -> None:
    call_command("add_source", **{"kind": "shelf", "name": "prod", "environment": "production", **options})


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_it_adds_from_a_file_of_parameters_and_says_what_is_next(tmp_path: Path, capsys: Any):
    make_team("platform")
    add(config=write(tmp_path / "c.yaml", "cluster: c1\nnames: [a, b]\ntoken: s3cret\n"), owner="platform")

    source = Source.objects.get()
    assert source.configuration["names"] == ["a", "b"]
    assert (source.owner.slug, source.created_by) == ("platform", "command line")
    assert Run.objects.get().number == 1
    assert AuditEvent.objects.filter(actor_kind="system", action="discovery.source.added").exists()
    printed = capsys.readouterr().out
    assert "manage.py run_source prod" in printed
    assert "s3cret" not in printed


def test_it_names_what_is_missing(tmp_path: Path):
    with pytest.raises(CommandError, match=r"configuration\.cluster: This is needed"):
        add(path=tmp_path)


def test_it_says_where_folders_may_lie(settings: Any, tmp_path: Path):
    with pytest.raises(CommandError, match="must lie below"):
        add(path=Path("/etc"))
    settings.PORTICO_SOURCES_ROOT = None
    with pytest.raises(CommandError, match="set PORTICO_SOURCES_ROOT"):
        add(path=tmp_path)


def test_it_uploads_a_file(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr(Shelf, "parameters", WITHOUT_CLUSTER)
    add(path=write(tmp_path / "list.txt", "cart"))
    assert stored_file() == b"cart"
    with pytest.raises(CommandError, match="larger than the 100 bytes"):
        add(name="other", path=write(tmp_path / "large.txt", "x" * 101))


def test_it_takes_a_folder(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr(Shelf, "parameters", WITHOUT_CLUSTER)
    add(path=tmp_path / "prod")
    assert Source.objects.get().configuration["folder"] == "prod"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("- a", "must hold an object"), ("{", "neither JSON nor YAML"), (None, "cannot be read")],
)
def test_it_says_what_is_wrong_with_the_file(tmp_path: Path, text: str | None, sentence: str):
    path = tmp_path / "c.yaml" if text is None else write(tmp_path / "c.yaml", text)
    with pytest.raises(CommandError, match=sentence):
        add(config=path)


def test_it_names_the_kinds_there_are(tmp_path: Path):
    with pytest.raises(CommandError, match="There are shelf"):
        add(kind="cloud", path=tmp_path)


def test_it_says_that_the_name_is_taken(tmp_path: Path):
    config = write(tmp_path / "c.yaml", "cluster: c1")
    add(config=config)
    with pytest.raises(CommandError, match="prod is taken"):
        add(config=config)


def call(*words: object) -> None:
    call_command("add_source", "--kind", "shelf", "--name", "prod", "--environment", "production", *map(str, words))


def test_it_has_an_option_for_each_parameter(tmp_path: Path, capsys: Any):
    listed, secret = write(tmp_path / "list.txt", "cart pay"), write(tmp_path / "token", "s3cret\n")
    call(
        "--cluster", "c1", "--names", "a", "b", "--limit", "7", "--deep", "--style", "fancy", "--folder", tmp_path,
        "--upload", listed, "--token-file", secret,
    )  # fmt: skip
    source = Source.objects.get()
    assert source.configuration == {
        "cluster": "c1", "names": ["a", "b"], "limit": 7, "deep": True, "style": "fancy", "folder": ".",
    }  # fmt: skip
    assert stored_file() == b"cart pay"
    assert source.secrets.keys() == {"token"}
    # The line break at the end of the file is not part of the secret.
    assert "The token has 6 characters." in capsys.readouterr().out


def test_it_reads_a_secret_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Any):
    monkeypatch.setattr("sys.stdin", StringIO("s3cr t\n"))
    call("--cluster", "c1", "--token-file", "-")
    printed = capsys.readouterr().out
    assert "The token has 6 characters." in printed
    assert "s3cr t" not in printed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--token", "s3cret"], r"--token: a secret does not belong on the command line.*--token-file"),
        (["--token-file", "/nowhere"], "--token-file: the file cannot be read: No such file"),
        (["--token-file", "/dev/null"], "--token-file: there is nothing in it"),
        (["--limit", "1", "2"], "--limit: give one value"),
        (["--limit", "many"], r"configuration\.limit: Use a whole number"),
        (["--clus", "c2"], "unrecognized arguments"),
    ],
)
def test_it_says_what_to_do_about_an_option(words: list[str], sentence: str):
    with pytest.raises(CommandError, match=sentence) as caught:
        call("--cluster", "c1", *words)
    assert "s3cret" not in str(caught.value)
    assert not Source.objects.exists()


def test_an_option_counts_more_than_the_file_of_parameters(tmp_path: Path):
    call("--config", write(tmp_path / "c.yaml", "cluster: c1\nlimit: 3\n"), "--cluster", "c2")
    configuration = Source.objects.get().configuration
    assert (configuration["cluster"], configuration["limit"]) == ("c2", 3)


def test_it_adds_nothing_that_does_not_answer_unless_it_is_told_to(tmp_path: Path):
    refused = ("--cluster", "c1", "--upload", write(tmp_path / "list.txt", "refuse"))
    with pytest.raises(CommandError) as caught:
        call(*refused)
    assert str(caught.value).splitlines() == [
        "This shelf is not for reading.",
        "Name another.",
        "Nothing was added. With --no-check it is added all the same.",
    ]
    assert not Source.objects.exists()
    call(*refused, "--no-check")
    assert Source.objects.exists()
