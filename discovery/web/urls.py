"""The pages of discovery: sources and their runs, the inbox, the rules."""

from django.urls import path

from discovery.web.views import (
    decisions,
    discovered,
    inbox,
    overview,
    posture,
    rules,
    runs,
    source_forms,
    sources,
    unowned,
    watches,
)

app_name = "discovery"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/arrived/", inbox.arrived, name="arrived"),
    path("inbox/namespaces/", inbox.namespace_choices, name="namespaces"),
    path("inbox/publish/", decisions.publish, name="inbox-publish"),
    path("inbox/ignore/", decisions.ignore, name="inbox-ignore"),
    path("inbox/match/", decisions.match, name="inbox-match"),
    path("inbox/match/services/", discovered.service_choices, name="service-choices"),
    path("inbox/pin/", decisions.pin, name="inbox-pin"),
    path("inbox/part/", decisions.part, name="inbox-part"),
    path("inbox/retire/", decisions.retire, name="inbox-retire"),
    path("inbox/restore/", decisions.restore, name="inbox-restore"),
    path("services/<int:discovered>/", discovered.detail, name="discovered"),
    path("services/<int:discovered>/fetch/", discovered.fetch, name="discovered-fetch"),
    path("services/<int:discovered>/edit/", discovered.edit, name="discovered-edit"),
    path("services/<int:discovered>/actions/", discovered.actions, name="discovered-actions"),
    path("unowned/", unowned.unowned, name="unowned"),
    path("posture/", posture.summary, name="posture"),
    path("posture/services/", posture.services, name="posture-services"),
    path("rules/", rules.listing, name="rule-list"),
    path("add-rule/", rules.create, name="rule-new"),
    path("rules/<str:name>/edit/", rules.edit, name="rule-edit"),
    path("rules/<str:name>/move/", rules.move, name="rule-move"),
    path("rules/<str:name>/delete/", rules.delete, name="rule-delete"),
    path("add-source/", source_forms.create, name="source-new"),
    path("sources/<str:name>/", sources.detail, name="source"),
    path("sources/<str:name>/edit/", source_forms.edit, name="source-edit"),
    path("sources/<str:name>/watch/", watches.panel, name="source-watch"),
    path("sources/<str:name>/run/", sources.run_now, name="run-now"),
    path("sources/<str:name>/pause/", sources.pause, name="source-pause"),
    path("sources/<str:name>/resume/", sources.resume, name="source-resume"),
    path("sources/<str:name>/runs/", runs.listing, name="run-list"),
    path("sources/<str:name>/runs/<int:number>/", runs.detail, name="run"),
    path("sources/<str:name>/runs/<int:number>/progress/", runs.progress, name="run-progress"),
    path("sources/<str:name>/runs/<int:number>/loss/<str:answer>/", runs.decide, name="loss-decide"),
]
