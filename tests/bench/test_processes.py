import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.client import percentile
from bench.processes import processor_ms, run_measured

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc here")

BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def test_counts_a_child_while_it_runs_and_after_it_has_ended():
    before = processor_ms(os.getpid())
    child = subprocess.Popen(
        [sys.executable, "-c", f"{BUSY}\nprint('busy', flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    child.stdout.readline()
    while_it_runs = processor_ms(os.getpid())
    child.communicate("\n")
    afterwards = processor_ms(os.getpid())

    assert while_it_runs - before >= 280
    assert afterwards >= while_it_runs


def test_knows_nothing_of_a_process_that_is_gone():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()

    assert processor_ms(child.pid) == 0


def test_says_what_a_process_took_and_what_it_said():
    hungry = f"{BUSY}\nheld = b'x' * 200_000_000\nprint('done')"
    spent = run_measured([sys.executable, "-c", hungry], cwd=Path(), env=os.environ)

    assert spent.output == "done\n"
    assert spent.whole_ms >= 280
    assert spent.peak_bytes > 200_000_000


def test_ends_with_a_process_that_failed():
    with pytest.raises(SystemExit, match="ended with 3"):
        run_measured([sys.executable, "-c", "raise SystemExit(3)"], cwd=Path(), env=os.environ)


@pytest.mark.parametrize(("percent", "value"), [(50, 2), (75, 3), (95, 4), (100, 4)])
def test_takes_a_percentile_from_the_values_themselves(percent, value):
    assert percentile([4, 1, 3, 2], percent) == value
