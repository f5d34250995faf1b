"""Documents that are valid and unusual: what does not fit a column or an index is still an answer."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Operation
from catalog.usecases.publish_version import SpecificationRefused
from tests.factories.accounts import make_team
from tests.factories.catalog import openapi, publish

Change = Callable[[dict[str, Any]], object]


def operation(document: dict[str, Any]) -> dict[str, Any]:
    return document["paths"]["/payments/{payment_id}"]["get"]


def add_path(path: str) -> Change:
    return lambda document: document["paths"].update({path: {"get": {"responses": {"200": {"description": "x"}}}}})


def add_schema(name: str, schema: dict[str, Any]) -> Change:
    def change(document: dict[str, Any]) -> None:
        document["components"]["schemas"][name] = schema
        content = operation(document)["responses"]["200"]["content"]
        content["application/json"]["schema"] = {"$ref": f"#/components/schemas/{name}"}

    return change


CHANGES: dict[str, Change] = {
    "a long title": lambda document: document["info"].update(title="t" * 5_000),
    "no title": lambda document: document["info"].update(title=""),
    "a long description": lambda document: document["info"].update(description="word " * 400_000),
    "a description of one word": lambda document: document["info"].update(description="w" * 2_000_000),
    "many different words": lambda document: document["info"].update(
        description=" ".join(f"word{number}" for number in range(200_000))
    ),
    "a long operationId": lambda document: operation(document).update(operationId="o" * 5_000),
    "a long summary": lambda document: operation(document).update(summary="s " * 500_000),
    "a summary of one word": lambda document: operation(document).update(summary="s" * 5_000),
    "a long tag": lambda document: operation(document).update(tags=["g" * 5_000]),
    "a long path": add_path("/" + "p" * 5_000),
    "a deep path": add_path("/p" * 3_000),
    "a long schema name": add_schema("S" * 3_000, {"type": "object"}),
    "a long property name": add_schema("Long", {"type": "object", "properties": {"p" * 5_000: {"type": "string"}}}),
    "many properties": add_schema(
        "Wide", {"type": "object", "properties": {f"property{number}": {"type": "string"} for number in range(20_000)}}
    ),
    "strange characters": lambda document: document["info"].update(title="’\u202e\ufeff%s {} \\ \x07 '\"<b>"),
    "a long version of the format": lambda document: document.update(openapi="3.0." + "1" * 50),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_is_published_or_refused_with_findings(change: Change) -> None:
    make_team("payments")
    document = openapi()
    change(document)
    try:
        result = publish("payments", owner="payments", document=document)
    except SpecificationRefused as refused:
        assert refused.findings
    else:
        assert result.version.operation_count == Operation.objects.count() >= 1
