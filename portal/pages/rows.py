"""Search results as the rows of browse."""

from typing import Any

from catalog.addresses import result_page
from catalog.search.values import API, OPERATION, PAGE, SERVICE, Result
from portal.pages import marks
from portal.pages.question import Question

_IN_META = ("owner", "domain")


def row_of(result: Result, question: Question, *, knows_teams: bool) -> dict[str, Any]:
    """What ``components/result_row.html`` shows of a result."""
    if result.kind == OPERATION:
        row = _operation(result)
        return row | {
            "kind": OPERATION,
            "title": row["summary"] or row["path"],
            "text": marks.extract(result.description_segments),
            "matched": marks.matched_words(result.matched),
            "owner": result.api_title,
            "domain": result.domain_title,
        }
    return {
        "kind": result.service_kind or result.kind,
        "title": marks.marked(result.title_segments),
        "url": result_page(result),
        "version": result.version,
        "lifecycle": _lifecycle(result),
        "sunset": result.sunset_on,
        "text": marks.extract(result.description_segments),
        "matched": ""
        if result.kind == PAGE or result.matched.where in _IN_META
        else marks.matched_words(result.matched),
        "owner": _meta(result, "owner", result.owner_title) if knows_teams else "",
        "domain": _meta(result, "domain", result.domain_title) if result.domain_title != result.title else "",
        "operations": [_operation(operation) for operation in result.operations],
        "more_count": result.more_operations,
        "more_url": question.with_values("api", result.name).with_values("kind", OPERATION).url(),
    }


def _lifecycle(result: Result) -> str:
    """An API's always; a service's only when it is not simply there."""
    if result.kind == API or (result.kind == SERVICE and result.lifecycle != "published"):
        return result.lifecycle
    return ""


def _meta(result: Result, where: str, title: str) -> str:
    """A fact of the last line, marked when it is what matched."""
    return marks.marked(((title, True),)) if title and result.matched.where == where else title


def _operation(result: Result) -> dict[str, Any]:
    """An operation; what it matched stands in place of its summary where that does not show it."""
    has_summary = result.title != f"{result.method} {result.path}"
    return {
        "method": result.method,
        "path": marks.marked_path(result.path_segments),
        "summary": marks.marked(result.title_segments) if has_summary else "",
        "url": result_page(result),
        "matched": _why_operation(result),
    }


def _why_operation(result: Result) -> str:
    if result.matched.where == "description":
        return marks.extract(result.description_segments)
    return marks.matched_words(result.matched)
