"""The pages of discovery: sources and their runs, the inbox, the rules."""

from django.urls import path

from discovery.web.views import overview, runs, source_forms, sources

app_name = "discovery"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("add-source/", source_forms.create, name="source-new"),
    path("sources/<str:name>/", sources.detail, name="source"),
    path("sources/<str:name>/edit/", source_forms.edit, name="source-edit"),
    path("sources/<str:name>/run/", sources.run_now, name="run-now"),
    path("sources/<str:name>/pause/", sources.pause, name="source-pause"),
    path("sources/<str:name>/resume/", sources.resume, name="source-resume"),
    path("sources/<str:name>/runs/", runs.listing, name="run-list"),
    path("sources/<str:name>/runs/<int:number>/", runs.detail, name="run"),
    path("sources/<str:name>/runs/<int:number>/progress/", runs.progress, name="run-progress"),
    path("sources/<str:name>/runs/<int:number>/loss/<str:answer>/", runs.decide, name="loss-decide"),
]
