"""Mesh posture summed up, as it is answered."""

from rest_framework import serializers


class MeshCounts(serializers.Serializer):
    sidecar = serializers.IntegerField()
    ambient = serializers.IntegerField(help_text="In the mesh; what is enforced is not evaluated.")
    outside = serializers.IntegerField()
    unknown = serializers.IntegerField(source="mesh_unknown")


class MTLSCounts(serializers.Serializer):
    strict = serializers.IntegerField()
    permissive = serializers.IntegerField()
    disabled = serializers.IntegerField()
    mixed = serializers.IntegerField(help_text="Not the same everywhere.")
    unknown = serializers.IntegerField(source="mtls_unknown", help_text="In the mesh, but not read or not evaluated.")


class CallersCounts(serializers.Serializer):
    """Whom the policies let in."""

    anyone = serializers.IntegerField()
    limited = serializers.IntegerField()
    nobody = serializers.IntegerField()
    unknown = serializers.IntegerField(
        source="callers_unknown", help_text="In the mesh, but not read or not evaluated."
    )


class PostureCounts(serializers.Serializer):
    """How many services are there, and how the mesh protects them."""

    services = serializers.IntegerField()
    open = serializers.IntegerField(
        help_text="Reached from the internet with nothing on the way that requires authentication."
    )
    mesh = MeshCounts(source="*")
    mtls = MTLSCounts(source="*")
    callers = CallersCounts(source="*")


class PostureGroup(PostureCounts):
    """The services of one domain, namespace, team, environment or source."""

    name = serializers.CharField(
        source="slug", help_text="Slug of a domain, team or environment, a namespace, or a source; empty for none."
    )
    title = serializers.CharField()
    source = serializers.CharField(help_text="Of a namespace, the source that has it; empty otherwise.")


class MeshPosture(serializers.Serializer):
    """One page of groups, how many groups there are, and the sum of all of them."""

    results = PostureGroup(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page.")
    previous = serializers.URLField(allow_null=True, help_text="The page before.")
    count = serializers.IntegerField(help_text="How many groups there are.")
    total = PostureCounts()
