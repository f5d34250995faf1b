"""``python -m demo.cluster.tell SOCKET '{"do": "restart"}'``: one command to a cluster that runs."""

import json
import sys
from pathlib import Path

from demo.cluster.control import tell


def main() -> None:
    path, command = sys.argv[1:]
    sys.stdout.write(f"{json.dumps(tell(Path(path), **json.loads(command)))}\n")


if __name__ == "__main__":
    main()
