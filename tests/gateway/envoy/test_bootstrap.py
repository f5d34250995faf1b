"""The static bootstrap: what Envoy itself says of it, and what must not be in it."""

import importlib.util
import json
import stat
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from gateway.envoy.bootstrap import bootstrap
from gateway.envoy.command import command
from gateway.envoy.settings import Bounds, EnvoySettings
from gateway.values import Limits, Outliers, Retries, Upstream
from tests.gateway.envoy.made import client, configuration, digest, route
from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = EnvoySettings(
    gateway="gateway-of-tests", port=8080, agent_socket="/run/agent.sock", administration_socket="/run/admin.sock"
)


def _manager(made: dict[str, Any]) -> dict[str, Any]:
    (chain,) = made["static_resources"]["listeners"][0]["filter_chains"]
    return chain["filters"][0]["typed_config"]


@pytest.mark.parametrize("bounds", [Bounds(), Bounds(connections=1, headers=1, headers_kib=1, flush_seconds=0.5)])
def test_envoy_takes_it(tmp_path: Path, bounds: Bounds) -> None:
    path = tmp_path / "bootstrap.json"
    settings = EnvoySettings(
        gateway="g", port=8080, agent_socket="/a.sock", administration_socket="/b.sock", bounds=bounds
    )
    path.write_text(json.dumps(bootstrap(settings)))

    words = command(str(files("envoy._bin") / "envoy"), str(path), concurrency=1)
    done = subprocess.run([*words, "--mode", "validate"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Deprecated" not in done.stderr


def test_envoy_refuses_what_is_no_bootstrap(tmp_path: Path) -> None:
    path = tmp_path / "bootstrap.json"
    made = bootstrap(SETTINGS)
    _manager(made)["merge_slashes"] = "perhaps"
    path.write_text(json.dumps(made))

    words = command(str(files("envoy._bin") / "envoy"), str(path))
    done = subprocess.run([*words, "--mode", "validate"], capture_output=True, check=False)

    assert done.returncode != 0


def test_the_filters_are_in_the_order_that_keeps_doors_shut() -> None:
    names = [one["name"] for one in _manager(bootstrap(SETTINGS))["http_filters"]]

    assert names == [
        "portico.hygiene",
        "portico.cors",
        "portico.references",
        "portico.key",
        "portico.denied",
        "portico.api_key",
        "portico.limits",
        "portico.body",
        "envoy.filters.http.router",
    ]


def test_no_key_is_in_it_that_routes_could_inherit() -> None:
    (found,) = [one for one in _manager(bootstrap(SETTINGS))["http_filters"] if one["name"] == "portico.api_key"]

    assert set(found["typed_config"]) == {"@type", "key_sources", "forwarding"}


def test_it_watches_no_file() -> None:
    """A rename beside a watched file would read all of them again, and a revocation would wait for that."""
    made = json.dumps(bootstrap(SETTINGS))

    assert [word for word in ("path_config_source", "watched_directory", "filename") if word in made] == []


def test_both_packages_named_envoy_are_there_and_neither_is_ours() -> None:
    found = importlib.util.find_spec("envoy")

    assert found is not None and found.submodule_search_locations
    assert [place for place in found.submodule_search_locations if Path(place) == ROOT / "envoy"] == []
    assert importlib.util.find_spec("envoy._bin") is not None
    assert importlib.util.find_spec("envoy.config.route.v3.route_pb2") is not None


def test_envoy_is_named_to_the_agent() -> None:
    assert bootstrap(SETTINGS)["node"] == {"id": "gateway-of-tests", "cluster": "portico"}


def test_the_sockets_of_administration_is_for_its_owner(gateway: RunningGateway) -> None:
    mode = (gateway.folder / "administration.sock").stat().st_mode

    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_envoy_says_nothing_when_it_starts(gateway: RunningGateway) -> None:
    assert gateway.log == ""


def test_envoy_finds_nothing_outdated_in_what_it_is_sent(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    full = route(
        port=upstream.port,
        clients=(client("key", per_second=5, per_minute=5, per_hour=5),),
        suspended=(digest("another"),),
        anonymous=Limits(per_hour=5),
        retries=Retries(count=1, try_seconds=1.0),
        key_parameter="key",
    )
    outliers = Outliers()
    secured = route("tls", upstream=Upstream(url="https://127.0.0.1:1", outliers=outliers), clients=(client("key"),))

    gateway.serve([configuration(full, secured)])

    assert gateway.call("/orders", key="key").status == 200
    assert gateway.call("/orders", key="another").status == 403
    assert gateway.log == ""


def test_the_command_says_how_many_threads_only_when_told() -> None:
    assert "--concurrency" not in command("envoy", "a.json")
    assert command("envoy", "a.json", concurrency=2)[-2:] == ["--concurrency", "2"]
    assert "misc:error" in command("envoy", "a.json")
