import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.sandbox import AllBusy, ChildFailed, NotStarted, Sandbox, TookTooLong, TooMuchMemory
from common.sandbox_process import Limits

MODULE = "tests.common.sandboxed"
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def sandbox():
    made = Sandbox(MODULE, wall_seconds=5)
    yield made
    made.close()


def limited(**values):
    return Sandbox(MODULE, wall_seconds=10, limits=Limits(**values))


def gone(pid: int) -> bool:
    """True within two seconds when the process has ended."""
    for _ in range(100):
        try:
            status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if status == "Z":
            return True
        time.sleep(0.02)
    return False


def test_it_answers_from_one_warm_process(sandbox):
    pids = {sandbox.call(b"pid") for _ in range(5)}
    assert len(pids) == 1
    assert int(pids.pop()) != os.getpid()


def test_it_carries_large_messages_both_ways(sandbox):
    payload = os.urandom(3_000_000)
    assert sandbox.call(b"echo " + payload) == payload


def test_it_has_a_bare_environment_and_no_django(sandbox, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "secret")
    assert set(sandbox.call(b"environment").split(b",")) <= {b"LC_ALL", b"PATH", b"LC_CTYPE"}
    assert b"django" not in sandbox.call(b"modules").split(b",")


def test_it_is_not_disturbed_by_what_the_work_prints(sandbox):
    assert sandbox.call(b"shout quiet") == b"quiet"


def test_it_ends_work_that_is_late_and_goes_on_with_another_process():
    sandbox = Sandbox(MODULE, wall_seconds=0.3)
    before = sandbox.call(b"pid")
    started = time.monotonic()
    with pytest.raises(TookTooLong):
        sandbox.call(b"sleep 30")
    assert time.monotonic() - started < 5
    after = sandbox.call(b"pid")
    assert after != before
    assert gone(int(before))


def test_it_keeps_a_child_whose_parent_is_large():
    ballast = bytearray(300 * 1024**2)
    sandbox = limited()
    try:
        assert sandbox.call(b"pid") == sandbox.call(b"pid")
    finally:
        sandbox.close()
    assert ballast[-1] == 0


def test_it_allows_each_request_its_own_processor_time():
    sandbox = limited(cpu_seconds=1)
    assert sandbox.call(b"pid") == sandbox.call(b"pid")
    with pytest.raises(TookTooLong):
        sandbox.call(b"loop")
    assert sandbox.call(b"echo on") == b"on"


def test_it_refuses_memory_beyond_the_limit():
    sandbox = limited(memory_bytes=512 * 1024**2)
    assert sandbox.call(b"memory 1000000") == b"1000000"
    with pytest.raises(TooMuchMemory):
        sandbox.call(b"memory 1000000000")
    assert sandbox.call(b"echo on") == b"on"


def test_it_refuses_an_answer_that_is_too_large():
    sandbox = limited(answer_bytes=1000)
    with pytest.raises(TooMuchMemory):
        sandbox.call(b"fill 1001")
    assert sandbox.call(b"echo on") == b"on"


@pytest.mark.parametrize(("request_", "error"), [(b"abort", TooMuchMemory), (b"crash", ChildFailed)])
def test_it_survives_a_crash(sandbox, request_, error):
    with pytest.raises(error):
        sandbox.call(request_)
    assert sandbox.call(b"echo on") == b"on"


def test_it_hands_on_what_the_work_raised(sandbox):
    with pytest.raises(ChildFailed, match="ValueError: told so"):
        sandbox.call(b"fail told so")


def test_it_says_so_when_a_process_cannot_start():
    with pytest.raises(NotStarted):
        Sandbox("tests.common.no_such_module").call(b"pid")


def test_it_gives_up_on_work_that_always_ends_its_process(sandbox):
    with pytest.raises(ChildFailed):
        sandbox.call(b"exit")


def test_it_replaces_a_process_after_its_number_of_requests():
    sandbox = Sandbox(MODULE, requests_per_child=2)
    pids = [sandbox.call(b"pid") for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_it_replaces_a_process_that_has_grown_large():
    sandbox = limited(retire_bytes=200 * 1024**2)
    first = sandbox.call(b"pid")
    assert sandbox.call(b"memory 300000000") == b"300000000"
    assert sandbox.call(b"pid") != first


def test_it_starts_again_when_an_idle_process_was_ended(sandbox):
    first = int(sandbox.call(b"pid"))
    os.kill(first, signal.SIGUSR1)
    assert gone(first)
    assert int(sandbox.call(b"pid")) != first


def test_it_says_so_when_all_are_busy():
    sandbox = Sandbox(MODULE, wait_seconds=0.1)
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(sandbox.call, b"sleep 1")
        for _ in range(500):
            if sandbox._free._value == 0:
                break
            time.sleep(0.01)
        with pytest.raises(AllBusy):
            sandbox.call(b"pid")
        assert busy.result(timeout=10)


def test_it_never_mixes_the_answers_of_threads():
    sandbox = Sandbox(MODULE, size=2)
    with ThreadPoolExecutor(6) as pool:
        words = [b"%d" % number for number in range(200)]
        assert list(pool.map(lambda word: sandbox.call(b"echo " + word), words)) == words
    assert len(sandbox._idle) <= 2
    sandbox.close()


def test_it_outlives_the_thread_that_started_its_process(sandbox):
    first: list[bytes] = []
    thread = threading.Thread(target=lambda: first.append(sandbox.call(b"pid")))
    thread.start()
    thread.join()
    assert sandbox.call(b"echo on") == b"on"


def test_it_starts_its_own_processes_after_a_fork(sandbox):
    mine = sandbox.call(b"pid")
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write_end, sandbox.call(b"pid"))
        sandbox.close()
        os._exit(0)
    os.close(write_end)
    theirs = os.read(read_end, 100)
    os.close(read_end)
    os.waitpid(child, 0)
    assert theirs
    assert theirs != mine
    assert sandbox.call(b"pid") == mine


def test_its_processes_end_with_a_parent_that_was_killed():
    program = (
        "import time\nfrom common.sandbox import Sandbox\n"
        f"sandbox = Sandbox({MODULE!r})\nprint(sandbox.call(b'pid').decode(), flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone(pid)


def test_it_writes_no_files(sandbox, tmp_path):
    assert sandbox.call(b"write " + str(tmp_path / "file").encode()) == b"OSError"


@pytest.mark.skipif(os.geteuid() != 0, reason="an empty network namespace needs root or user namespaces")
def test_it_has_no_network_where_the_kernel_lets_us(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = sandbox.call(b"connect %d" % server.getsockname()[1])
    assert answer != b"connected"


def test_it_is_warm_quickly(sandbox):
    started = time.monotonic()
    sandbox.call(b"pid")
    assert time.monotonic() - started < 3
