"""The embedded server over its life: who holds it, what a crash leaves, what is refused."""

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from portal.runtime import cluster as clusters
from portal.runtime import postgres
from portal.runtime.errors import CannotStart
from portal.runtime.postgres import Server, embedded


def processes_of(data: Path) -> list[int]:
    """Every process that works in a data folder: the server and its sessions."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == data:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def wait_until_none_is_left(data: Path) -> None:
    """The process that writes the log ends a moment after the server whose last words it writes."""
    deadline = time.monotonic() + 10
    while processes_of(data):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kill_everything(data: Path) -> None:
    for process in processes_of(data):
        os.kill(process, signal.SIGKILL)
    wait_until_none_is_left(data)


def test_it_answers_inside_the_block_and_has_ended_after_it(home):
    with embedded(home, for_tests=True) as server:
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        data = server.cluster.data
        assert processes_of(data)
    wait_until_none_is_left(data)


def test_it_listens_on_no_network_address(home):
    with embedded(home, for_tests=True) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_it_has_the_extensions_in_every_database(home):
    with embedded(home, for_tests=True) as server, psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE another")
        for name in ("portico", "another"):
            with psycopg.connect(server.url, dbname=name) as other:
                there = {row[0] for row in other.execute("SELECT extname FROM pg_extension")}
            assert set(clusters.EXTENSIONS) <= there


def test_it_stays_until_its_last_user_leaves(home):
    first, second = Server(home, for_tests=True), Server(home, for_tests=True)
    first.release()
    with psycopg.connect(second.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    second.release()
    assert not postgres.is_answering(second.cluster)


def test_it_recovers_what_was_committed_when_everything_is_killed(home):
    server = Server(home)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
        kill_everything(server.cluster.data)
    with embedded(home) as again, psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)


def test_it_is_adopted_when_its_user_was_killed(home):
    child = os.fork()
    if child == 0:
        Server(home, for_tests=True)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    cluster = clusters.find(home)
    left = postgres._postmaster(cluster)
    assert left is not None
    with embedded(home, for_tests=True) as server:
        assert postgres._postmaster(server.cluster) == left
    assert postgres._postmaster(cluster) is None


def test_it_starts_although_the_number_in_its_lock_file_belongs_to_another_program(home):
    with embedded(home, for_tests=True) as server:
        lock = server.cluster.data / "postmaster.pid"
        content = lock.read_text()
    lines = content.splitlines()
    lines[0] = str(os.getpid())
    lock.write_text("\n".join(lines) + "\n")
    os.chown(lock, server.cluster.account.uid, server.cluster.account.gid)
    with embedded(home, for_tests=True) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_begins_again_when_the_first_start_was_interrupted(home):
    home.mkdir(mode=0o755)
    cluster = clusters._plan(home)
    cluster.account.own_folder(cluster.folder)
    (cluster.folder / "data.part").mkdir()
    (cluster.folder / "data.part" / "half").write_text("a cluster")
    with embedded(home, for_tests=True) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_two_data_folders_run_side_by_side(ground):
    with embedded(ground / "one", for_tests=True) as one, embedded(ground / "two", for_tests=True) as two:
        with psycopg.connect(one.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE only_in_one ()")
        with psycopg.connect(two.url) as connection:
            assert connection.execute("SELECT to_regclass('only_in_one')").fetchone() == (None,)


def test_it_goes_on_when_the_data_folder_was_moved(ground):
    with (
        embedded(ground / "here", for_tests=True) as server,
        psycopg.connect(server.url, autocommit=True) as connection,
    ):
        connection.execute("CREATE TABLE moved ()")
    (ground / "here").rename(ground / "there")
    with embedded(ground / "there", for_tests=True) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT to_regclass('moved')").fetchone() == ("moved",)


def test_it_refuses_data_of_another_major_version_with_what_to_do(home):
    with embedded(home, for_tests=True) as server:
        version = server.cluster.data / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 12 .*pg_dump"):
        Server(home, for_tests=True)


def test_it_never_begins_anew_over_data_whose_password_is_gone(home):
    with embedded(home, for_tests=True) as server:
        data = server.cluster.data
    (home / "database.json").unlink()
    with pytest.raises(CannotStart, match="put that file back"):
        Server(home, for_tests=True)
    assert data.exists()


def test_it_says_in_one_line_why_the_server_does_not_start(home):
    with embedded(home, for_tests=True) as server:
        (server.cluster.data / "global" / "pg_control").unlink()
        kill_everything(server.cluster.data)
        with pytest.raises(CannotStart) as refused:
            postgres.start(server.cluster, durable=True, tell=lambda line: None)
    assert "could not be started" in str(refused.value)
    assert "\n" not in str(refused.value)
