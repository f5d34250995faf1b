"""In whose name discovery writes to the catalog."""

from accounts.actor import Actor, system_actor
from catalog.permissions import Action as CatalogAction

NAME = "discovery"


def discovery() -> Actor:
    """Runs and rules. It keeps private services true as well, so it sees everything."""
    return system_actor(
        NAME,
        CatalogAction.SERVICE_CREATE,
        CatalogAction.SERVICE_EDIT,
        CatalogAction.SERVICE_TRANSFER,
        CatalogAction.API_CREATE,
        CatalogAction.API_PUBLISH,
        sees_everything=True,
    )
