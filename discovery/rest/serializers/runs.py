"""Runs of a source as they are answered."""

from typing import ClassVar

from rest_framework import serializers

from discovery.models import HoldState, Run, RunProblem, RunState
from discovery.rest.serializers.values import ChoiceOrNull


class PhaseDetail(serializers.Serializer):
    """A step of a run; `total` is null while it is not known."""

    name = serializers.CharField()
    state = serializers.ChoiceField(["waiting", "running", "done", "partial", "failed"])
    count = serializers.IntegerField(allow_null=True)
    total = serializers.IntegerField(allow_null=True)


class RunSummary(serializers.ModelSerializer):
    """One run. `counts` says what became of how many services."""

    state = serializers.ChoiceField(RunState.choices)
    counts = serializers.DictField(child=serializers.IntegerField())
    hold = ChoiceOrNull(HoldState.choices, help_text="What became of a loss too large to believe.")

    class Meta:
        model = Run
        fields: ClassVar[list[str]] = [
            "number", "state", "started_by", "connector_version", "queued_at", "started_at", "finished_at", "counts",
            "problem_count", "hold", "error_code", "error_message", "error_hint",
        ]  # fmt: skip


class RunDetail(RunSummary):
    """One run with its phases. `complete` lists what was read in full, as kind and namespace (`*`: everywhere)."""

    phases = PhaseDetail(many=True)
    complete = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))

    class Meta(RunSummary.Meta):
        fields: ClassVar[list[str]] = [
            *RunSummary.Meta.fields, "phase", "phases", "complete", "heartbeat_at", "applied_at", "hold_count",
            "hold_of", "hold_decided_by", "hold_decided_at",
        ]  # fmt: skip


class ProblemOfRun(serializers.ModelSerializer):
    """What a run could not read or understand, and where."""

    severity = serializers.ChoiceField(["error", "warning", "info"])

    class Meta:
        model = RunProblem
        fields: ClassVar[list[str]] = ["position", "severity", "code", "message", "place", "document", "line"]
