"""``python -m demo.callers``: the bank's applications call through the gateway until it is told to end."""

import argparse
import signal
import threading
import time
from pathlib import Path

import yaml

from demo.access_file import ACCESS
from demo.callers import keys
from demo.callers.calling import Line, call
from demo.callers.rhythm import caller_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.callers", description=__doc__)
    parser.add_argument("--gateway", required=True, help="where the gateway is, such as http://127.0.0.1:8080")
    parser.add_argument("--home", type=Path, required=True, help="the data folder")
    given = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    known = keys.read(given.home)
    access = yaml.load(ACCESS.read_bytes(), yaml.CSafeLoader)
    callers = [caller_of(values) for values in access["callers"] if values["name"] in known]
    line = Line(given.gateway)
    call(line, callers, known, ended.wait, time.monotonic())
    line.close()
    ended.wait()


if __name__ == "__main__":
    main()
