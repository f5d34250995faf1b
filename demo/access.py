"""Who calls whom at the demo's bank, made through the REST API: routes, plans, applications, subscriptions and keys.

Who asks for access and who answers are people, each with a token of their own. What is there already stays as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from demo.access_file import ACCESS
from demo.callers import keys
from demo.client import Client
from demo.upstreams.bank import upstream_url

Values = Mapping[str, Any]


@dataclass(slots=True)
class Nordhaven:
    """Who sends the requests; ``issued`` are the keys that the callers were given, by their names."""

    administrator: Client
    person: Callable[[str], Client]
    home: Path
    now: datetime
    issued: dict[str, str] = field(default_factory=dict)


def load_access(bank: Nordhaven, say: Callable[[str], None]) -> None:
    """Everything that ``access.yaml`` says is in the portal; ``say`` gets one line a step. Raises ``RequestFailed``.

    Without a gateway there is nothing to route.
    """
    written = yaml.safe_load(ACCESS.read_bytes())
    gateways = bank.administrator.find("gateways")
    routes = written["routes"] if gateways and gateways["results"] else []
    steps: tuple[tuple[str, list[Values], Callable[[Nordhaven, Values], bool]], ...] = (
        ("Routes", routes, _route),
        ("Plans", written["plans"], _plan),
        ("Applications", _missing(bank, written["applications"]), _application),
        ("Older plans", [plan for plan in written["plans"] if "afterwards" in plan], _end),
    )
    for step, entries, make in steps:
        say(f"{step}: {sum(make(bank, values) for values in entries)} of {len(entries)} made")
    if bank.issued:
        # A caller of a plan without a key has an empty one.
        keys.write(bank.home, {one["name"]: bank.issued.get(one["name"], "") for one in written["callers"]})


def _route(bank: Nordhaven, values: Values) -> bool:
    api, version = values["api"], values["version"]
    there = bank.administrator.send("GET", f"apis/{api}/routes?limit=100")["results"]
    if any(one["gateway_path"] == values["path"] for one in there):
        return False
    wanted = {
        "environment": values["environment"],
        "gateway_path": values["path"],
        "upstream": upstream_url(bank.home, api, version),
    }
    bank.administrator.send("POST", f"apis/{api}/versions/{version}/instances", wanted)
    return True


def _plan(bank: Nordhaven, values: Values) -> bool:
    path = f"apis/{values['api']}/plans"
    if bank.administrator.find(f"{path}/{values['slug']}") is not None:
        return False
    wanted = {key: value for key, value in values.items() if key not in ("api", "afterwards")}
    bank.administrator.send("POST", path, wanted)
    return True


def _end(bank: Nordhaven, values: Values) -> bool:
    """Whether the plan was open, and takes nobody any more."""
    path = f"apis/{values['api']}/plans/{values['slug']}"
    if bank.administrator.send("GET", path)["deprecated_at"] is not None:
        return False
    bank.administrator.send("POST", f"{path}/deprecate")
    return True


def _missing(bank: Nordhaven, applications: list[Values]) -> list[Values]:
    found = bank.administrator.send("GET", "applications?limit=100")["results"]
    there = {(one["name"], one["environment"]) for one in found}
    return [one for one in applications if (one["name"], one["environment"]) not in there]


def _application(bank: Nordhaven, values: Values) -> bool:
    """An application comes with its subscriptions."""
    holder = bank.person(values["subscriptions"][0]["by"])
    wanted = {key: value for key, value in values.items() if key not in ("subscriptions", "person")}
    application = holder.send("POST", "applications", wanted)
    for subscription in values["subscriptions"]:
        _subscription(bank, application["id"], subscription)
    return True


def _subscription(bank: Nordhaven, application: str, values: Values) -> None:
    holder, then = bank.person(values["by"]), values.get("then", {})
    asked = {key: values[key] for key in ("api", "version", "plan", "reason")}
    request = holder.send("POST", "access-requests", {"application": application, **asked, "accepts_terms": True})
    _answer(bank, request["id"], then)
    for word in values.get("keys", ["issued"] if "caller" in values else []):
        _key(bank, holder, request["subscription"], word, values.get("caller", ""))
    _become(bank, request["subscription"], then)


def _answer(bank: Nordhaven, request: str, then: Values) -> None:
    """What the owner, or who asked, said to the request."""
    said = {key: then[key] for key in ("reason", "text") if key in then}
    for word in ("reject", "ask", "withdraw"):
        if word in then:
            bank.person(then[word]).send("POST", f"access-requests/{request}/{word}", said)
    if "approve" in then:
        bank.person(then["approve"]).send("POST", f"access-requests/{request}/approve", {})


def _become(bank: Nordhaven, subscription: str, then: Values) -> None:
    """What became of it once it had its keys."""
    for word in ("suspend", "revoke"):
        if word in then:
            bank.person(then[word]).send("POST", f"subscriptions/{subscription}/{word}", {"reason": then["reason"]})
    if "expires_in_days" in then:
        end = (bank.now + timedelta(days=then["expires_in_days"])).isoformat()
        bank.person(then["by"]).send("POST", f"subscriptions/{subscription}/expiry", {"expires_at": end})


def _key(bank: Nordhaven, holder: Client, subscription: str, word: str, caller: str) -> None:
    path = f"subscriptions/{subscription}/credentials"
    made = holder.send("POST", path, {"kind": "api_key"})
    if word == "rotated":
        # Of two keys in rotation the newer is used, so that it can be seen of the older that it is not any more.
        made = holder.send("POST", f"{path}/rotate", {"overlap_seconds": 86_400})
    elif word == "revoked":
        holder.send("POST", f"credentials/{made['id']}/revoke")
    if caller:
        bank.issued[caller] = made["key"]
