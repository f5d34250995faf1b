"""Adding a source from the command line."""

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
