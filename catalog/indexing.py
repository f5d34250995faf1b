"""Which part of the search index follows a changed or deleted row; called inside the transaction that changed it."""

from catalog.models import API, Domain, Service, System
from catalog.search.index import reindex_api, reindex_domain, reindex_service, reindex_system

_REINDEX = {API: reindex_api, Service: reindex_service, Domain: reindex_domain, System: reindex_system}


def reindex_entry(row: API | Service | Domain | System) -> None:
    _REINDEX[type(row)](row.pk)
