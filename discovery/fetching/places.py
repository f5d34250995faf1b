"""Where to look for the specification of a service, in the order to look. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.http.places import place_of
from discovery.connectors.paths import checked_path

#: Annotations that say where, the surest first. Each may hold a whole address or a path at the service.
ANNOTATIONS = (
    "portico.io/spec-url",
    "portico.io/spec-path",
    "kiali.io/api-spec",
    "terasky.backstage.io/provides-api-from-url",
    "apihub-openapi-url",
)
API_CATALOG = "/.well-known/api-catalog"
WELL_KNOWN = (
    "/openapi.json",
    "/openapi.yaml",
    "/v3/api-docs",
    "/v2/api-docs",
    "/swagger.json",
    "/swagger/v1/swagger.json",
    "/api-docs",
    "/q/openapi",
    "/api/schema",
    API_CATALOG,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What annotations say: whole addresses and paths, each with the annotation it is from; ``wrong`` names those that
    hold neither."""

    addresses: tuple[tuple[str, str], ...] = ()
    paths: tuple[tuple[str, str], ...] = ()
    wrong: tuple[str, ...] = ()


def said_by(annotations: Mapping[str, str]) -> Said:
    """What the annotations of a service say about where its specification is."""
    addresses, paths, wrong = [], [], []
    for key in ANNOTATIONS:
        text = annotations.get(key, "").strip()
        if not text:
            continue
        path = checked_path(text) if "://" not in text else None
        if "://" in text and place_of(text) is not None:
            addresses.append((key, text))
        elif path is not None:
            paths.append((key, path))
        else:
            wrong.append(key)
    return Said(tuple(addresses), tuple(paths), tuple(wrong))
