"""What the system knows about a process."""

import os
import subprocess
from pathlib import Path


def exists(process: int) -> bool:
    """Whether the number is in use, be it by a zombie."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_line(process: int) -> str:
    """The command line of a live process; empty when there is none (a zombie has none either)."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(process)], check=False, capture_output=True, text=True
    )
    return listed.stdout
