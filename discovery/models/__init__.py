from discovery.models.discovered import (
    PRESENT,
    DiscoveredService,
    DiscoveredSpecification,
    Hold,
    SpecificationOutcome,
    Standing,
    State,
)
from discovery.models.fetch import FetchOutcome, SpecificationDrift, SpecificationFetch
from discovery.models.provenance import Provenance
from discovery.models.rule import PublicationRule, Rejudging, RuleAction
from discovery.models.run import UNDER_WAY, HoldState, Run, RunProblem, RunState
from discovery.models.source import GRACE_SECONDS, SCHEDULE_SECONDS, Source, SourceUpload
from discovery.models.tombstone import LEFT_OUT, Tombstone, Verdict
from discovery.models.watch import Watch, WatchState

__all__ = [
    "GRACE_SECONDS",
    "LEFT_OUT",
    "PRESENT",
    "SCHEDULE_SECONDS",
    "UNDER_WAY",
    "DiscoveredService",
    "DiscoveredSpecification",
    "FetchOutcome",
    "Hold",
    "HoldState",
    "Provenance",
    "PublicationRule",
    "Rejudging",
    "RuleAction",
    "Run",
    "RunProblem",
    "RunState",
    "Source",
    "SourceUpload",
    "SpecificationDrift",
    "SpecificationFetch",
    "SpecificationOutcome",
    "Standing",
    "State",
    "Tombstone",
    "Verdict",
    "Watch",
    "WatchState",
]
