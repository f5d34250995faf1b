"""The page of one operation: what to call it with, what comes back, and the operations beside it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.actor import Actor
from catalog.models import Operation
from catalog.queries.operations import operation_detail, operations_of
from catalog.questions import how_to_call
from catalog.web.api_page import APIPage, api_page
from catalog.web.operation_groups import OperationGroup, grouped, short_paths
from catalog.web.operation_parts import (
    SchemaDrawer,
    bodies_of,
    example_answer,
    parameters_of,
    responses_of,
    sign_in_words,
    sign_ins_of,
)
from catalog.web.rail import safe_url
from catalog.web.snippets import Call, call_of
from catalog.web.words import operation_title

# Beyond this the list beside the operation holds its neighbours only; the operations tab has all.
LISTED_AT_MOST = 300
_NEIGHBOURS = 100


@dataclass(frozen=True, slots=True)
class OperationPage:
    """An operation within its version; ``groups`` are those listed beside it, ``environment`` is the one whose
    gateway the snippets call."""

    page: APIPage
    operation: Operation
    groups: list[OperationGroup]
    environment: str = ""

    def context(self) -> dict[str, Any]:
        """The context of ``templates/catalog/operation_detail.html``."""
        operation, detail = self.operation, self.operation.detail
        definitions = {one["pointer"]: one["body"] for one in operation.definition_values}
        drawer = SchemaDrawer(definitions)
        describer = drawer.describer
        body = detail["request_body"]
        schemes = self.page.version.security_schemes
        return {
            "section": "browse",
            "page": self.page,
            "api": self.page.api,
            "version": self.page.version,
            "notice": self.page.notice(),
            "crumbs": self._crumbs(),
            "operation": operation,
            "title": operation_title(operation),
            "words": describer.described(operation.description),
            "sign_in": sign_in_words(detail, schemes),
            "sign_ins": sign_ins_of(detail, schemes, describer),
            "parameters": parameters_of(detail, drawer),
            "body": body,
            "body_words": describer.described(body["description"]) if body else "",
            "bodies": bodies_of(body["content"], drawer, "body") if body else [],
            "responses": responses_of(detail, drawer),
            "callbacks": detail["callbacks"],
            "more": _outside(detail["external_docs"]),
            "call": self._call(),
            "answer": example_answer(detail, definitions),
            "listed": [(group, short_paths(group)) for group in self.groups],
            "listed_all": self.page.version.operation_count <= LISTED_AT_MOST,
            **self._neighbours(),
        }

    def _call(self) -> Call:
        calling = how_to_call.ask(self.page.actor, self.page.version)
        return call_of(self.operation, self.page.instances, calling, self.environment)

    def _crumbs(self) -> list[dict[str, str]]:
        crumbs = [
            {"title": self.page.api.title, "url": self.page.version_url(self.page.version)},
            {"title": self.page.version.name, "url": self.page.url("api-operations")},
        ]
        return [*crumbs, {"title": self.operation.group or "Operation"}]

    def _neighbours(self) -> dict[str, dict[str, str] | None]:
        """The operations before and after in the order of the list, with their URLs."""
        listed = [operation for group in self.groups for operation in group.operations]
        at = next((index for index, one in enumerate(listed) if one.pk == self.operation.pk), 0)
        before = listed[at - 1] if at > 0 else None
        after = listed[at + 1] if at + 1 < len(listed) else None
        return {"before": self._link(before), "after": self._link(after)}

    def _link(self, operation: Operation | None) -> dict[str, str] | None:
        if operation is None:
            return None
        url = reverse("catalog:operation-detail", args=[self.page.api.slug, operation.slug])
        return {"title": operation_title(operation), "url": url + self.page.query}


def operation_page(actor: Actor, api: str, version: str | None, operation: str, environment: str = "") -> OperationPage:
    """The operation of the named version, or of the one that stands for the API; eight queries. Raises ``NotFound``."""
    page = api_page(actor, api, version)
    found = operation_detail(actor, api, page.version.name, operation)
    beside = operations_of(page.version).order_by("position")
    if page.version.operation_count > LISTED_AT_MOST:
        beside = beside.filter(position__range=(found.position - _NEIGHBOURS, found.position + _NEIGHBOURS))
    return OperationPage(page, found, grouped(beside, page.version.tags), environment)


def _outside(docs: dict[str, str] | None) -> dict[str, str] | None:
    """Further documentation elsewhere, when a page may link to it."""
    if not docs or not safe_url(docs["url"]):
        return None
    return {"url": docs["url"], "title": docs["description"] or docs["url"]}
