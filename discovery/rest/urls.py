from django.urls import path

from discovery.rest.views.decisions import (
    FetchView,
    IgnoreManyView,
    IgnoreView,
    MergeView,
    PartView,
    PublishManyView,
    PublishView,
    RestoreView,
    RetireView,
)
from discovery.rest.views.discovered import DiscoveredServiceListView, DiscoveredServiceView
from discovery.rest.views.losses import ConfirmLossView, RejectLossView
from discovery.rest.views.posture import MeshPostureView
from discovery.rest.views.rules import NewRulePreviewView, RuleListView, RulePreviewView, RuleView
from discovery.rest.views.runs import RunListView, RunProblemListView, RunView
from discovery.rest.views.sources import (
    ConnectorListView,
    NewSourceCheckView,
    SourceCheckView,
    SourceListView,
    SourcePauseView,
    SourceResumeView,
    SourceView,
)

app_name = "discovery"

_SOURCE = "sources/<str:source>"
_RUN = f"{_SOURCE}/runs/<int:number>"
_DISCOVERED = "discovered-services/<int:discovered>"

urlpatterns = [
    path("connectors", ConnectorListView.as_view(), name="connector-list"),
    path("sources", SourceListView.as_view(), name="source-list"),
    path("sources/check", NewSourceCheckView.as_view(), name="source-check-new"),
    path(_SOURCE, SourceView.as_view(), name="source-detail"),
    path(f"{_SOURCE}/check", SourceCheckView.as_view(), name="source-check"),
    path(f"{_SOURCE}/pause", SourcePauseView.as_view(), name="source-pause"),
    path(f"{_SOURCE}/resume", SourceResumeView.as_view(), name="source-resume"),
    path(f"{_SOURCE}/runs", RunListView.as_view(), name="run-list"),
    path(_RUN, RunView.as_view(), name="run-detail"),
    path(f"{_RUN}/problems", RunProblemListView.as_view(), name="problem-list"),
    path(f"{_RUN}/confirm-loss", ConfirmLossView.as_view(), name="loss-confirm"),
    path(f"{_RUN}/reject-loss", RejectLossView.as_view(), name="loss-reject"),
    path("discovered-services", DiscoveredServiceListView.as_view(), name="discovered-list"),
    path("discovered-services/publish", PublishManyView.as_view(), name="discovered-publish-many"),
    path("discovered-services/ignore", IgnoreManyView.as_view(), name="discovered-ignore-many"),
    path(_DISCOVERED, DiscoveredServiceView.as_view(), name="discovered-detail"),
    path(f"{_DISCOVERED}/publish", PublishView.as_view(), name="discovered-publish"),
    path(f"{_DISCOVERED}/ignore", IgnoreView.as_view(), name="discovered-ignore"),
    path(f"{_DISCOVERED}/retire", RetireView.as_view(), name="discovered-retire"),
    path(f"{_DISCOVERED}/merge", MergeView.as_view(), name="discovered-merge"),
    path(f"{_DISCOVERED}/part", PartView.as_view(), name="discovered-part"),
    path(f"{_DISCOVERED}/fetch-specification", FetchView.as_view(), name="discovered-fetch"),
    path(f"{_DISCOVERED}/restore", RestoreView.as_view(), name="discovered-restore"),
    path("mesh-posture", MeshPostureView.as_view(), name="mesh-posture"),
    path("publication-rules", RuleListView.as_view(), name="rule-list"),
    path("publication-rules/preview", NewRulePreviewView.as_view(), name="rule-preview-new"),
    path("publication-rules/<str:rule>", RuleView.as_view(), name="rule-detail"),
    path("publication-rules/<str:rule>/preview", RulePreviewView.as_view(), name="rule-preview"),
]
