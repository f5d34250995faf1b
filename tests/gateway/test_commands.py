"""manage.py add_gateway."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gateway.models import Gateway
from gateway.tokens import find_gateway
from tests.factories.gateway import known, make_environment

pytestmark = pytest.mark.django_db


def add(*arguments: str) -> str:
    out = StringIO()
    call_command("add_gateway", "edge", "--url", "https://api.example.com", *arguments, stdout=out)
    return out.getvalue().strip()


def test_it_prints_the_token_alone() -> None:
    make_environment()

    token = add("--title", "The edge", "--environment", "production", "--network", "127.0.0.0/8", "--closed-port", "80")

    gateway = Gateway.objects.get()
    assert known(token).id == gateway.pk
    assert (gateway.networks, gateway.closed_ports) == (["127.0.0.0/8"], [80])


def test_it_writes_the_token_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "token"

    assert add("--token-file", str(file)) == ""

    assert file.stat().st_mode & 0o777 == 0o600
    assert known(file.read_text().strip()).slug == "edge"


def test_it_ensures_that_there_is_one_and_that_the_token_is_its_own(tmp_path: Path) -> None:
    file = tmp_path / "token"
    ensure = ("--ensure", "--token-file", str(file))
    add(*ensure)
    first = file.read_text()

    add(*ensure, "--closed-port", "8000")
    assert file.read_text() == first
    assert Gateway.objects.get().closed_ports == [8000]

    file.write_text("another")
    add(*ensure)
    assert find_gateway(first.strip()) is None
    assert known(file.read_text().strip()).slug == "edge"


def test_it_says_what_is_wrong(tmp_path: Path) -> None:
    for arguments in (("--team", "nobody"), ("--environment", "nowhere"), ("--ensure",)):
        with pytest.raises(CommandError):
            add(*arguments)
    assert not Gateway.objects.exists()
