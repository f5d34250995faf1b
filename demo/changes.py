"""What happens in the demo's production cluster, a step at a time, for somebody who watches the inbox."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from demo.bank_clusters import CLUSTERS, FOLDER
from demo.cluster.control import tell


class NotServed(Exception):
    """The cluster does not run; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """Step ``number`` of ``of``: what was done, and the path of the page on which it is seen."""

    number: int
    of: int
    said: str
    look: str


def take_next(home: Path) -> Change:
    """The next step is done; after the last one everything is as it was. Raises ``NotServed``."""
    script = yaml.safe_load((FOLDER / "changes.yaml").read_bytes())
    cluster = CLUSTERS[script["cluster"]]
    control = FOLDER.parent / cluster.control(home)
    steps = script["steps"]
    # The cluster itself remembers: started again it has forgotten the changes and their number alike.
    done = int(_told(control, {"do": "note"}) or 0)
    if done < len(steps):
        step = steps[done]
        commands = step["commands"]
    else:
        step = {
            "said": f"Everything in {cluster.name} is as it was. The next call begins again.",
            "look": "/discovery/",
        }
        commands = [*script["undo"], {"do": "load", "folder": str(FOLDER / "clusters" / cluster.manifests)}]
    for command in commands:
        _told(control, _with_body(command))
    _told(control, {"do": "note", "text": str(done + 1 if done < len(steps) else 0)})
    return Change(done + 1, len(steps) + 1, step["said"], step["look"])


def _with_body(command: dict[str, Any]) -> dict[str, Any]:
    """What is served is named by its file in the script, and sent whole."""
    if "file" not in command:
        return command
    body = (FOLDER / "specifications" / command["file"]).read_text(encoding="utf-8")
    return {key: value for key, value in command.items() if key != "file"} | {"body": body}


def _told(control: Path, command: dict[str, Any]) -> Any:
    try:
        return tell(control, **command)
    except OSError:
        raise NotServed(
            "The demo's clusters do not run: start Portico with `make run` on this data folder, with the demo in it, "
            "and call this beside it."
        ) from None
