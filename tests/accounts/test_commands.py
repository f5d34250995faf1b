import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role, User
from tests.factories.accounts import make_user


@pytest.mark.parametrize("command", ["create_administrator", "createsuperuser"])
def test_it_prints_the_first_administrator_once(db, capsys, command):
    call_command(command)

    username, password = (line.partition(": ")[2] for line in capsys.readouterr().out.splitlines())
    user = User.objects.get()
    assert (user.username, user.role) == (username, Role.ADMINISTRATOR)
    assert user.check_password(password)
    with pytest.raises(CommandError, match="changepassword"):
        call_command(command)
    assert capsys.readouterr().out == ""
    assert User.objects.count() == 1


def test_it_says_that_the_name_is_taken(db):
    make_user("admin", role=Role.VIEWER)
    with pytest.raises(CommandError, match="“admin” cannot be created"):
        call_command("create_administrator")
    assert not User.objects.filter(role=Role.ADMINISTRATOR).exists()
