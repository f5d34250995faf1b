"""What every connector keeps to, the built-in ones and one of a third party alike."""

import itertools
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from discovery.connectors.base import (
    Claim,
    ClaimField,
    Complete,
    Connector,
    ConnectorError,
    Endpoint,
    Exposure,
    ExposureLevel,
    Observation,
    Parameter,
    ParameterKind,
    Partial,
    Phase,
    Port,
    Problem,
    Progress,
    Seen,
    Severity,
    Surroundings,
    Workload,
)
from discovery.connectors.registry import load_connectors
from tests.clusters import shared
from tests.discovery.connectors.sources import PAYLOADS
from tests.sample_connector import HERE as SAMPLE
from tests.sample_connector import install

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")

sys.path.insert(0, str(SAMPLE))
BUILT_IN = load_connectors(settings.PORTICO_CONNECTORS)
OFFERED = load_connectors((*settings.PORTICO_CONNECTORS, "portico_inventory.connector.InventoryConnector"))
CONNECTORS = [pytest.param(connector, id=kind) for kind, connector in sorted(OFFERED.items())]

#: A configuration of each kind that works, below the folder of the payloads.
WORKING: dict[str, dict[str, Any]] = {
    "manifests": {"folder": "bank", "cluster": "staging-1"},
    "kubernetes": shared().configuration(cluster="staging-1"),
    "inventory": {"services": ["cards owner=cards version=2.4.1", "", "ledger kind=legacy host=ledger.bank.example"]},
}
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?")
ITEMS = get_args(Seen)


def surroundings(configuration: dict[str, Any], *, seconds: float = 30) -> Surroundings:
    return Surroundings("bank", "staging", configuration, time.monotonic() + seconds, PAYLOADS)


def observed(connector: Connector) -> list[Seen]:
    return list(connector.observe(surroundings(WORKING[connector.kind])))


def defaults(connector: Connector) -> dict[str, Any]:
    return {parameter.name: parameter.default for parameter in connector.parameters}


@pytest.fixture(params=CONNECTORS)
def connector(request: pytest.FixtureRequest) -> Connector:
    return request.param


def test_every_kind_has_a_configuration_that_works_here():
    assert WORKING.keys() == OFFERED.keys()


def test_it_says_what_it_is(connector: Connector):
    assert re.fullmatch(r"[a-z][a-z0-9_-]{1,49}", connector.kind)
    assert connector.title.strip()
    assert connector.summary.endswith(".")
    assert re.fullmatch(r"[a-z0-9-]+", connector.icon)
    assert 0 < len(connector.version) <= 50


def test_it_declares_parameters_that_forms_can_be_made_of(connector: Connector):
    names = [parameter.name for parameter in connector.parameters]
    assert len(names) == len(set(names))
    for parameter in connector.parameters:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,49}", parameter.name)
        assert parameter.label.strip()
        assert parameter.help.endswith(".")
        assert parameter.kind in get_args(ParameterKind)
        assert bool(parameter.choices) == (parameter.kind == "choice")
        assert parameter.at_most > 0
        assert not (parameter.secret and parameter.default is not None)
        assert not parameter.secret or parameter.kind in ("text", "lines")
        assert parameter.default is None or not parameter.required


def test_it_yields_only_what_the_contract_has(connector: Connector):
    seen = observed(connector)
    assert all(isinstance(item, ITEMS) for item in seen)
    assert any(isinstance(item, Observation) for item in seen)
    assert isinstance(seen[0], Phase)
    for item in seen:
        if isinstance(item, Observation):
            _check_observation(item)
        elif isinstance(item, Problem):
            assert item.severity in get_args(Severity)
            assert re.fullmatch(r"[a-z-]{1,50}", item.code)
            assert 0 < len(item.message) <= 2000


def _check_observation(seen: Observation) -> None:
    assert 0 < len(seen.key) <= 700
    assert 0 < len(seen.name) <= 255
    assert 0 < len(seen.kind) <= 100
    assert seen.identity is None or 0 < len(seen.identity) <= 300
    for key, value in (*seen.labels.items(), *seen.annotations.items()):
        assert type(key) is str and type(value) is str and len(key) <= 317 and len(value) <= 4000
    assert all(isinstance(port, Port) and 0 < port.number < 65536 for port in seen.ports)
    assert all(isinstance(workload, Workload) for workload in seen.workloads or ())
    assert seen.exposure is None or isinstance(seen.exposure, Exposure)
    if seen.exposure is not None:
        assert seen.exposure.level in get_args(ExposureLevel)
        assert all(isinstance(endpoint, Endpoint) for endpoint in seen.exposure.endpoints)
    claimed = [claim.field for claim in seen.claims]
    assert len(claimed) == len(set(claimed))
    for claim in seen.claims:
        _check_claim(claim)


def _check_claim(claim: Claim) -> None:
    assert claim.field in get_args(ClaimField)
    assert claim.value and claim.reason
    if claim.field in ("owner", "domain", "system"):
        assert SLUG.fullmatch(claim.value)


def test_it_gives_each_service_a_key_of_its_own(connector: Connector):
    keys = [item.key for item in observed(connector) if isinstance(item, Observation)]
    assert len(keys) == len(set(keys))


def test_it_says_the_same_when_it_looks_twice(connector: Connector):
    first, second = observed(connector), observed(connector)
    signs = (Progress, Phase)
    assert [item for item in first if not isinstance(item, signs)] == [
        item for item in second if not isinstance(item, signs)
    ]


def test_it_is_complete_only_in_kinds_and_namespaces_that_it_saw(connector: Connector):
    seen = observed(connector)
    kinds = {item.kind for item in seen if isinstance(item, Observation)}
    assert {item.kind for item in seen if isinstance(item, Complete)} == kinds


def test_it_checks_a_place_within_seconds(connector: Connector):
    begun = time.monotonic()
    sentences = connector.check(surroundings(WORKING[connector.kind])).sentences
    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)
    assert time.monotonic() - begun < 10


def test_it_stops_at_the_deadline(connector: Connector):
    seen: list[Seen] = []
    with pytest.raises(Partial):
        seen.extend(connector.observe(surroundings(WORKING[connector.kind], seconds=-1)))
    assert not any(isinstance(item, Complete) for item in seen)


def test_it_can_be_left_in_the_middle(connector: Connector):
    for count in range(4):
        looking = connector.observe(surroundings(WORKING[connector.kind]))
        list(itertools.islice(looking, count))
        looking.close()
    assert observed(connector)


def values_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Values as they arrive: of the right type, which is all that is known of them."""
    text = st.one_of(
        st.text(max_size=30), st.sampled_from(["bank", ".", "..", "/", "/etc", "a/../..", "bank/\x00", "~"])
    )
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "text": text,
        "folder": text,
        "upload": st.one_of(text, st.just(str(PAYLOADS / "one-broken.yaml"))),
        "lines": st.lists(text, max_size=5),
        "integer": st.integers(-1, parameter.at_most),
        "boolean": st.booleans(),
        "choice": st.sampled_from(parameter.choices or ("",)),
    }
    return st.one_of(st.none(), by_kind[parameter.kind])


@pytest.mark.parametrize("kind", sorted(OFFERED))
@given(data=st.data())
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_raises_only_errors_of_the_contract_whatever_it_is_told(kind: str, data: st.DataObject):
    connector = OFFERED[kind]
    drawn = {parameter.name: data.draw(values_of(parameter), parameter.name) for parameter in connector.parameters}
    for look in (connector.check, _exhausted(connector)):
        try:
            look(surroundings(defaults(connector) | drawn))
        except ConnectorError as error:
            assert error.message.endswith(".")
            assert re.fullmatch(r"[a-z-]+", error.code)


def _exhausted(connector: Connector) -> Any:
    def look(given_surroundings: Surroundings) -> None:
        for item in connector.observe(given_surroundings):
            assert isinstance(item, ITEMS)

    return look


def test_it_does_without_django(connector: Connector):
    module = type(connector).__module__
    code = f"import sys, {module}; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{SAMPLE}"}, check=False)
    assert done.returncode == 0


def rows_of(section: str) -> Iterator[list[str]]:
    for line in section.splitlines():
        if line.startswith("| `"):
            yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("kind", sorted(BUILT_IN))
def test_the_docs_say_of_a_built_in_connector_what_its_code_says(kind: str):
    connector = BUILT_IN[kind]
    _before, found, after = DOCS.partition(f"\n## {connector.title} (`{kind}`)\n")
    assert found, f"docs/connectors.md has no section “{connector.title} (`{kind}`)”"
    section = after.partition("\n## ")[0].partition("\n### ")[0]
    assert connector.summary in section
    expected = [
        [
            parameter.name,
            parameter.kind,
            "yes" if parameter.required else "no",
            str(parameter.default) if parameter.default is not None else "",
            parameter.help,
        ]
        for parameter in connector.parameters
    ]
    assert list(rows_of(section)) == expected


def test_the_docs_show_the_sample_connector_as_it_is():
    blocks = re.findall(r"```(?:python|toml)\n(.*?)```", DOCS, re.DOTALL)
    for name in ("pyproject.toml", "portico_inventory/connector.py"):
        assert (SAMPLE / name).read_text(encoding="utf-8") in blocks


def test_an_installed_package_offers_its_connector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for path in install(tmp_path):
        monkeypatch.syspath_prepend(path)
    found = load_connectors(settings.PORTICO_CONNECTORS)
    assert found.keys() == BUILT_IN.keys() | {"inventory"}
    assert found["inventory"].title == "Text inventory"


def test_two_connectors_of_one_kind_are_told_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "impostor.py").write_text("class Manifests:\n    kind = 'manifests'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(RuntimeError, match=r"Two connectors are of kind manifests; one is impostor\.Manifests\."):
        load_connectors((*settings.PORTICO_CONNECTORS, "impostor.Manifests"))
