"""Reading operations: those of a version, and one with every schema it reaches."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Func, OuterRef, QuerySet, Value

from accounts.actor import Actor
from catalog.models import APIVersion, Definition, Operation
from catalog.models.ordered_json import OrderedJSONObject
from catalog.queries.versions import named
from catalog.querysets import visible
from common.errors import NotFound


class _IsAnyOf(Func):
    """Whether a value is in an array of the outer query, in the form that uses the value's index."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def operations_of(version: APIVersion) -> QuerySet[Operation]:
    """The operations of a version that was read as visible, without their long parts; nothing is read yet."""
    return version.operations.defer("detail", "fields", "definitions", "description")


def operation_detail(actor: Actor, api: str, version: str, operation: str) -> Operation:
    """The operation with its version and API, and as ``definition_values`` (pointer, body) the definitions it reaches.

    One query, which reads no schema but those. Raises ``NotFound``.
    """
    definitions = Definition.objects.filter(
        _IsAnyOf("pointer", OuterRef("definitions")), specification=OuterRef("version__specification")
    )
    found = (
        Operation.objects.filter(visible(actor, "version__api__"), named(version, "version__"))
        .filter(version__api__slug=api, slug=operation)
        .select_related("version__api")
        .defer("version__description", "version__changelog", "version__about", "version__api__description")
        .annotate(
            definition_values=ArraySubquery(
                definitions.order_by("pointer").values(
                    value=OrderedJSONObject(Value("pointer"), "pointer", Value("body"), "body")
                )
            )
        )
        .first()
    )
    if found is None:
        raise NotFound
    return found
