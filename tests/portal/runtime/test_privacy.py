"""Nobody but Portico gets at the database, and nothing outside its data folder is opened up."""

import os
import pwd
import stat
from pathlib import Path

import psycopg
import pytest

from portal.runtime.postgres import embedded

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to act as another Unix user")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused_as(account: str, url: str) -> str:
    """The error that another Unix user gets on connecting; empty when it connects."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        entry = pwd.getpwnam(account)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            os.write(writer, str(error).encode()[:4000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        message = pipe.read()
    os.waitpid(child, 0)
    return message


@as_root
def test_another_user_cannot_reach_the_database_even_with_its_password(home):
    with embedded(home, for_tests=True) as server:
        assert "Permission denied" in refused_as("nobody", server.url)


def test_a_connection_without_the_password_is_refused(home):
    with embedded(home, for_tests=True) as server:
        for user in ("portico", "postgres"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(host=str(server.cluster.sockets), dbname="portico", user=user)
            with pytest.raises(psycopg.OperationalError, match="authentication failed"):
                psycopg.connect(host=str(server.cluster.sockets), dbname="portico", user=user, password="guess")


def test_the_role_is_no_superuser_and_cannot_become_one(home):
    with embedded(home) as server, psycopg.connect(server.url, autocommit=True) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles "
            "WHERE rolname = current_user"
        ).fetchone()
        assert rights == (False,) * 5
        for statement in (
            "ALTER ROLE portico SUPERUSER",
            "CREATE ROLE other",
            "SET ROLE postgres",
            "COPY (SELECT 1) TO PROGRAM 'id'",
            "SELECT pg_read_file('PG_VERSION')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_what_it_keeps_is_closed_to_other_users(home):
    with embedded(home, for_tests=True) as server:
        cluster = server.cluster
        assert mode(cluster.folder) == mode(cluster.data) == mode(cluster.sockets) == 0o700
        assert mode(home / "database.json") == 0o600
        socket = next(cluster.sockets.glob(".s.PGSQL.*[0-9]"))
        assert mode(socket) == 0o700
        assert mode(home) & 0o066 == 0
        assert not (cluster.folder / ".superuser").exists()


def test_no_mode_above_the_data_folder_changes(ground):
    closed = ground / "closed"
    closed.mkdir(mode=0o750)
    existing = closed / "home"
    existing.mkdir(mode=0o750)
    parents = [existing, *existing.parents]
    before = [(path, mode(path), path.stat().st_uid) for path in parents]
    with embedded(existing, for_tests=True):
        pass
    assert [(path, mode(path), path.stat().st_uid) for path in parents] == before


@as_root
def test_data_goes_where_the_server_can_reach_it_when_the_data_folder_is_closed_to_it(ground):
    closed = ground / "closed"
    closed.mkdir(mode=0o700)
    with embedded(closed / "home", for_tests=True) as server:
        assert server.cluster.folder.parent == Path("/var/lib/portico")
        assert mode(server.cluster.folder) == 0o700
        assert mode(closed) == 0o700
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_long_path_gets_a_short_private_folder_for_its_socket(ground):
    home = ground / ("long" * 30)
    with embedded(home, for_tests=True) as server:
        assert len(str(server.cluster.sockets)) < 90
        assert mode(server.cluster.sockets) == 0o700
        assert server.cluster.sockets.stat().st_uid == server.cluster.account.uid
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
