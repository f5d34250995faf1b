"""What a request asks for: its path taken apart, and the options of lists and watches."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from demo.cluster.access import Action
from demo.cluster.kinds import Kind
from demo.cluster.selectors import Test, field_test, label_test
from demo.cluster.statuses import Reply, bad_request, failure, internal

_VERBS = {"HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_RESOURCE = re.compile(r"/(?:api/(?P<core>v1)|apis/(?P<group>[^/]+)/(?P<version>[^/]+))/(?P<rest>.+)")


class Refused(Exception):
    """The request ends here, with this reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; without ``resource`` its path is no resource's."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    raw_query: str = ""
    group: str = ""
    version: str = ""
    namespace: str = ""
    resource: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""

    @property
    def is_watch(self) -> bool:
        return not self.name and self.query.get("watch") in ("1", "true")

    @property
    def action(self) -> Action:
        """What authorisation is asked, before anybody knows whether it exists."""
        verb = _VERBS.get(self.method) or ("get" if self.name else "watch" if self.is_watch else "list")
        resource = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        return Action(verb, self.group, resource, self.namespace, self.name)


def asked(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Asked:
    split = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(split.query, keep_blank_values=True).items()}
    found = _RESOURCE.fullmatch(split.path)
    if found is None or not found["rest"].strip("/"):
        return Asked(method, split.path, query, headers, body, split.query)
    parts = [unquote(part) for part in found["rest"].split("/")]
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        # A namespace itself is an object of the namespace it names.
        parts = parts[2:] or parts
    return Asked(
        method,
        split.path,
        query,
        headers,
        body,
        split.query,
        group=found["group"] or "",
        version=found["core"] or found["version"],
        namespace=namespace,
        resource=parts[0],
        name=parts[1] if len(parts) > 1 else "",
        subresource=parts[2] if len(parts) > 2 else "",
        rest="/".join(parts[3:]),
    )


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a list or a watch; a version of 0 means any."""

    limit: int = 0
    token: str = ""
    version: int | None = None
    match: str = ""
    timeout_seconds: float | None = None
    wants_bookmarks: bool = False
    wants_initial_events: bool = False
    selectors: tuple[str, str] = ("", "")
    tests: tuple[Test, ...] = field(default=())

    @property
    def is_selective(self) -> bool:
        return any(self.selectors)

    def accepts(self, stored: object) -> bool:
        return all(test(stored) for test in self.tests)


def options(query: Mapping[str, str], kind: Kind) -> Options:
    """Raises ``Refused`` for what the server does not understand, and ``BadSelector``."""
    labels, fields = query.get("labelSelector", ""), query.get("fieldSelector", "")
    read = Options(
        limit=_number(query, "limit") or 0,
        token=query.get("continue", ""),
        version=_version(query.get("resourceVersion", "")),
        match=query.get("resourceVersionMatch", ""),
        timeout_seconds=_number(query, "timeoutSeconds"),
        wants_bookmarks=query.get("allowWatchBookmarks") in ("1", "true"),
        wants_initial_events=query.get("sendInitialEvents") in ("1", "true"),
        selectors=(labels, fields),
        tests=(label_test(labels), field_test(fields, kind)) if labels or fields else (),
    )
    if read.token and read.version:
        raise Refused(bad_request("specifying resource version is not allowed when using continue"))
    if read.wants_initial_events and read.match != "NotOlderThan":
        message = (
            "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        )
        raise Refused(failure(422, "Invalid", f'ListOptions.meta.k8s.io "" is invalid: {message}', {}))
    return read


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if not text.isdecimal():
        raise Refused(bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax'))
    return int(text)


def _version(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        # The one malformed value the real server takes for its own failure.
        raise Refused(internal(f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: invalid syntax'))
    return int(text)
