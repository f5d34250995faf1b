from rest_framework import serializers

from common.rest.serializers import InputSerializer
from discovery.instances import PROPOSED_AT_MOST, URL_LENGTH


class ProposedInstance(serializers.Serializer):
    """An address that was seen of a service that provides the version."""

    environment = serializers.CharField()
    url = serializers.CharField()
    scope = serializers.CharField(
        help_text="From where: `internet`, `mesh` or `inside`; nothing when that is not known any more."
    )
    by = serializers.CharField(help_text="The object that makes the address.")
    source = serializers.CharField(help_text="The source that saw it; nothing when none does any more.")
    state = serializers.CharField(
        help_text="`new`: no instance yet. `there`: an instance. `gone`: an instance that is not seen any more.",
    )


class ProposedInstances(serializers.Serializer):
    """What is proposed, production first."""

    results = ProposedInstance(many=True)


class ChosenInstance(serializers.Serializer):
    environment = serializers.CharField(max_length=100)
    url = serializers.CharField(max_length=URL_LENGTH)


class AddInstancesInput(InputSerializer):
    """Which of the proposed instances to add; without them all, except what can be reached inside a cluster only."""

    instances = ChosenInstance(many=True, required=False, max_length=PROPOSED_AT_MOST)


class AddedInstances(serializers.Serializer):
    """What is an instance now and was none before."""

    added = ChosenInstance(many=True)
