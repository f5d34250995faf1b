"""A selector as a condition of SQL: the same services that ``discovery.rules`` selects."""

from django.db.models import BooleanField, F, Func, Q, Value

from discovery.rules import PRESENT, Selector, is_glob

_COLUMNS = {
    "sources": "source__name",
    "environments": "environment__slug",
    "namespaces": "namespace",
    "kinds": "object_kind",
    "exposures": "exposure",
}


def selected_by(selector: Selector) -> Q:
    """The condition that a discovered service is selected."""
    condition = Q()
    for part, column in _COLUMNS.items():
        globs = getattr(selector, part)
        if globs:
            condition &= _any_of(column, globs)
    present = [key for key, value in selector.labels if value == PRESENT]
    equal = {key: value for key, value in selector.labels if value != PRESENT}
    if present:
        condition &= Q(facts__labels__has_keys=present)
    return condition & Q(facts__labels__contains=equal) if equal else condition


def _any_of(column: str, globs: tuple[str, ...]) -> Q:
    condition = Q(**{f"{column}__in": [glob for glob in globs if not is_glob(glob)]})
    for glob in globs:
        if is_glob(glob):
            condition |= Q(_like(column, glob))
    return condition


def _like(column: str, glob: str) -> Func:
    pattern = glob.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%").replace("?", "_")
    like = {"arg_joiner": " LIKE ", "template": "(%(expressions)s)", "output_field": BooleanField()}
    return Func(F(column), Value(pattern), **like)
