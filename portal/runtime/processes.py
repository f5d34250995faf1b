"""What the system knows about a process."""

import subprocess
from pathlib import Path


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
