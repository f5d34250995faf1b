"""``python -m demo.upstreams``: answers for the bank's APIs until it is told to end."""

import argparse
import signal
import threading

from demo.upstreams.bank import nordhaven
from demo.upstreams.server import Upstreams


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.upstreams", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with Upstreams(nordhaven(), given.port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ended.wait()
        server.shutdown()


if __name__ == "__main__":
    main()
