from catalog.models.api import API, Lifecycle, Visibility
from catalog.models.documentation import DocumentationPage, Link
from catalog.models.grouping import Domain, Environment, System, Tag
from catalog.models.instance import APIInstance
from catalog.models.operation import Operation
from catalog.models.search import EntryDocument, FacetCount, OperationDocument, SearchWord
from catalog.models.service import Service, ServiceKind
from catalog.models.specification import Definition, Specification
from catalog.models.version import APIVersion, VersionFinding

__all__ = [
    "API",
    "APIInstance",
    "APIVersion",
    "Definition",
    "DocumentationPage",
    "Domain",
    "EntryDocument",
    "Environment",
    "FacetCount",
    "Lifecycle",
    "Link",
    "Operation",
    "OperationDocument",
    "SearchWord",
    "Service",
    "ServiceKind",
    "Specification",
    "System",
    "Tag",
    "VersionFinding",
    "Visibility",
]
