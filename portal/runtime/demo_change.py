"""`make demo-change`: the next thing that happens in the demo's production cluster."""

import sys

from demo.changes import NotServed, take_next
from portal import env
from portal.runtime.home import noted_address


def main() -> int:
    """0 when something was done and told, 1 when there is no cluster to do it to."""
    try:
        home = env.home()
        url = env.text("PORTICO_URL") or noted_address(home) or f"http://127.0.0.1:{env.integer('PORT', 8000)}"
        change = take_next(home)
    except (NotServed, env.SettingError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{change.number} of {change.of}: {change.said}\nLook at {url.rstrip('/')}{change.look}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
