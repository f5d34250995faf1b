"""Names that people give a source of Kubernetes objects, checked before they become part of keys."""

import re

from discovery.connectors.base import Misconfigured

_CLUSTER = re.compile(r"[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]{0,98}[^\s/\x00-\x1f\x7f])?")
_NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")


def text_of(value: object) -> str:
    """A parameter as text; empty when it was not given."""
    return str(value).strip() if value is not None else ""


def cluster_name(given: object, source: str) -> str:
    """The name of the cluster, the source's own when none is given; raises Misconfigured."""
    name = text_of(given) or source.strip()
    if not _CLUSTER.fullmatch(name):
        raise Misconfigured("The name of the cluster cannot be used.", "Use up to 100 characters without a slash.")
    return name


def is_namespace(name: str) -> bool:
    return _NAMESPACE.fullmatch(name) is not None
