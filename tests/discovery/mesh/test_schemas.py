"""The objects of the cases are such as a cluster would take: they hold to the schemas of Istio and Gateway API."""

import os
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
import yaml
from django.conf import settings

from discovery.connectors.kubernetes.kinds import ISTIO_GATEWAYS, MESH, VIRTUAL_SERVICES
from tests.discovery.mesh.test_cases import CASES
from tests.discovery.mesh.world import kind_of, world

CRDS = (settings.BASE_DIR / os.environ.get("PORTICO_CORPUS", "../shared/corpus")).resolve() / "crds"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CRDS.is_dir(), reason="schemas not there, objects of the cases not validated"),
]


@cache
def schemas() -> dict[tuple[str, str], dict[str, Any]]:
    """What the schema of version v1 says of the spec of each kind, by its name and group."""
    found = {}
    for path in CRDS.glob("*.yaml"):
        for one in yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader):
            versions = one["spec"]["versions"] if one and one["kind"] == "CustomResourceDefinition" else ()
            for version in versions:
                if version["name"] == "v1":
                    key = one["spec"]["names"]["kind"], one["spec"]["group"]
                    found[key] = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return found


@cache
def validator(kind: str, group: str) -> Any:
    return jsonschema_rs.Draft202012Validator(strict(schemas()[kind, group]))


def strict(schema: Any) -> Any:
    """With every property that is not named refused: a cluster drops it, so a case must not rest on it."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    is_open = "additionalProperties" in made or made.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(made.get("properties"), dict) and made.get("type") == "object" and not is_open:
        made["additionalProperties"] = False
    return made


def has_schema(one: dict[str, Any]) -> bool:
    group = one["apiVersion"].rpartition("/")[0]
    return (one["kind"], group) in schemas()


def test_every_object_of_the_cases_is_valid():
    checked, wrong = set(), []
    for topic, case in CASES:
        for one in world(case):
            if not has_schema(one) or case.get("invalid"):
                continue
            group = one["apiVersion"].rpartition("/")[0]
            checked.add(kind_of(one))
            found = validator(one["kind"], group).iter_errors(one["spec"])
            wrong += [f"{topic}: {case['it']}: {error.message} at {error.instance_path}" for error in found]
    assert not wrong
    assert checked >= {*MESH, ISTIO_GATEWAYS, VIRTUAL_SERVICES}


def test_an_object_with_a_field_that_is_not_there_is_noticed():
    spec = {"mtsl": {"mode": "STRICT"}}
    assert list(validator("PeerAuthentication", "security.istio.io").iter_errors(spec))
