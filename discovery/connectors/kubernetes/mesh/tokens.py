"""Which tokens of end users are checked, and whether one is needed at all.

Source: istio.io/latest/docs/reference/config/security/request_authentication: a wrong token is refused, a request
without any passes, unless an AuthorizationPolicy requires a request principal or the rule says ``presence: REQUIRED``.
"""

from collections.abc import Iterator, Sequence

from discovery.connectors.base import PostureFact
from discovery.connectors.kubernetes.mesh.callers import Answer
from discovery.connectors.kubernetes.mesh.words import listed, named
from discovery.connectors.kubernetes.mesh_items import JWTRule, RequestAuthenticationItem

KIND = "RequestAuthentication"
SPOKEN_AT_MOST = 10

_ANONYMOUS = "Accepts anonymous: a request without a token passes, for no policy requires one."


def token_facts(
    items: Sequence[RequestAuthenticationItem], passes_without: Answer, is_known: bool = True
) -> Iterator[PostureFact]:
    """What is in force; ``passes_without`` says whether the policies, if known, let a request without token through."""
    for item in items[:SPOKEN_AT_MOST]:
        issuers = listed(rule.issuer for rule in _jwt_rules(item))
        text = f"Tokens of {issuers} are checked." if issuers else "Has no rules, so that no token is checked."
        yield PostureFact("authentication", text, named(item, KIND))
    checking = [item for item in items if _jwt_rules(item)]
    if not checking:
        return
    if requires_token(checking):
        yield PostureFact("authentication", "A request without a token is refused.", named(checking[0], KIND))
    elif is_known and passes_without is not False:
        yield PostureFact("authentication", _ANONYMOUS, named(checking[0], KIND), "warning")
    elif is_known:
        yield PostureFact("authentication", "A request without a token is refused by the policies.")


def requires_token(items: Sequence[RequestAuthenticationItem]) -> bool:
    """Whether a rule says by itself that a token must be there."""
    return any(rule.presence == "REQUIRED" for item in items for rule in _jwt_rules(item))


def _jwt_rules(item: RequestAuthenticationItem) -> list[JWTRule]:
    return ((item.spec.jwt_rules if item.spec is not None else None) or [])[:100]
