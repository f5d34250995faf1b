"""Connectors with what they ask for."""

from rest_framework import serializers


class ParameterDetail(serializers.Serializer):
    """One thing a source of this kind is told. `at_most` bounds characters, a number or the bytes of a file."""

    name = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.ChoiceField(["text", "lines", "integer", "boolean", "choice", "folder", "upload"])
    help = serializers.CharField()
    required = serializers.BooleanField()
    secret = serializers.BooleanField(help_text="Sealed at rest and never answered.")
    default = serializers.JSONField()
    choices = serializers.ListField(child=serializers.CharField())
    at_most = serializers.IntegerField()


class ConnectorDetail(serializers.Serializer):
    """The code that knows one kind of place."""

    kind = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    version = serializers.CharField()
    parameters = ParameterDetail(many=True)


class ConnectorList(serializers.Serializer):
    """All connectors of this site, by kind."""

    results = ConnectorDetail(many=True)
