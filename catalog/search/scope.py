"""Visibility and owner of a document as one number, and the numbers an actor may read.

The same rule as ``catalog.querysets.visible``, in the form a search can afford: one comparison a row.
"""

from accounts.actor import Actor

PUBLIC = 0
INTERNAL = -1
PRIVATE_WITHOUT_OWNER = -2

#: SQL for the scope of an entry with the alias ``entry``; a private entry has its team's id as its scope.
SCOPE_SQL = (
    f"CASE entry.visibility WHEN 'public' THEN {PUBLIC} WHEN 'internal' THEN {INTERNAL}"
    f" ELSE coalesce(entry.owner_id, {PRIVATE_WITHOUT_OWNER}) END"
)


def knows_owners(scopes: list[int] | None) -> bool:
    """Whether who has these scopes may know which team owns what: everybody signed in, and nobody else."""
    return scopes is None or INTERNAL in scopes


def scopes_of(actor: Actor) -> list[int] | None:
    """The scopes whose documents the actor may know of; ``None`` means all of them."""
    if not actor.has_scope("read"):
        return []
    if actor.is_administrator or actor.sees_everything:
        return None
    if not actor.is_authenticated:
        return [PUBLIC]
    return [PUBLIC, INTERNAL, *sorted(actor.team_ids)]
