"""What of an object's texts may be kept: a list, not a filter of bad things. Whatever is not named here is dropped."""

import re
from collections.abc import Mapping
from functools import lru_cache
from sys import intern
from typing import Any

LABELS_AT_MOST = 30
LABEL_CHARACTERS_AT_MOST = 63
ANNOTATION_CHARACTERS_AT_MOST = 500
DESCRIPTION_CHARACTERS_AT_MOST = 4000

LABELS = frozenset({"app", "version", "k8s-app", "helm.sh/chart", "backstage.io/kubernetes-id"})
LABEL_PREFIX = "app.kubernetes.io/"
#: Labels that say whose a service is, under whatever prefix an organisation has («acme.example/team»).
LABEL_NAMES = frozenset({"team", "owner", "squad", "tribe", "domain", "system", "product", "component", "tier"})

OWN = "portico.io/"
OWN_ANNOTATIONS = frozenset(
    OWN + name for name in ("owner", "domain", "system", "kind", "spec-path", "spec-url", "title", "description")
)
KUBERNETES_ID = "backstage.io/kubernetes-id"
#: Where a specification is said to be, in the words of others.
SPECIFIED_AT = frozenset({"kiali.io/api-spec", "terasky.backstage.io/provides-api-from-url", "apihub-openapi-url"})
ADDRESSES = SPECIFIED_AT | {OWN + "spec-url"}
ANNOTATIONS = OWN_ANNOTATIONS | SPECIFIED_AT | {KUBERNETES_ID}

#: What stands before a host. Such an address is asked for by nobody, and what it shows of somebody's is kept by nobody.
_CREDENTIALS = re.compile(r"(?<=//)[^/?#]*@")
_KEY = re.compile(r"(?:[a-zA-Z0-9.-]{1,253}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
#: Characters that turn the direction of what follows them, so that a text reads as another.
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_TURNING}]")
_CONTROL_IN_LINES = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_TURNING}]")


def kept_labels(labels: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The labels that may be stored and shown, in the order of their names."""
    found = [
        (intern(key), intern(value))
        for key, value in labels.items()
        if type(value) is str and _is_kept_label(key) and len(value) <= LABEL_CHARACTERS_AT_MOST and value.isprintable()
    ]
    return tuple(sorted(found)[:LABELS_AT_MOST])


@lru_cache(maxsize=4096)
def _is_kept_label(key: str) -> bool:
    named = key in LABELS or key.startswith(LABEL_PREFIX) or key.rpartition("/")[2] in LABEL_NAMES
    return named and _KEY.fullmatch(key) is not None


def kept_annotations(annotations: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The annotations that may be stored and shown, in the order of their names; texts that are too long are cut."""
    found = []
    for key in ANNOTATIONS & annotations.keys() if annotations else ():
        value = annotations[key]
        if type(value) is str and value.strip():
            found.append((key, _cleaned(key, value.strip())))
    return tuple(sorted(found))


def _cleaned(key: str, value: str) -> str:
    if key == OWN + "description":
        return _CONTROL_IN_LINES.sub(" ", value[:DESCRIPTION_CHARACTERS_AT_MOST])
    if key in ADDRESSES:
        # Before the text is shortened: the half of a secret is one as well.
        value = _CREDENTIALS.sub("***@", value)
    return _CONTROL.sub(" ", value[:ANNOTATION_CHARACTERS_AT_MOST])
