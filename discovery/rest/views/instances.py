"""What discovery proposes as instances of an API version."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import APIVersion
from catalog.permissions import Action as CatalogAction
from catalog.queries.versions import version_detail
from common.rest.views import RestView
from discovery.permissions import Action
from discovery.queries.instances import proposed_instances
from discovery.rest.serializers.instances import AddedInstances, AddInstancesInput, ProposedInstances
from discovery.usecases.add_instances import add_instances


class ProposedInstancesView(RestView):
    """Where the services that provide a version can be reached, as instances to be."""

    actions = {"GET": Action.DISCOVERY_READ, "POST": CatalogAction.API_EDIT}
    queryset = APIVersion.objects.none()
    serializer_class = ProposedInstances

    @extend_schema(operation_id="apis_versions_proposed_instances_list", responses=ProposedInstances)
    def get(self, request: Request, api: str, version: str) -> Response:
        """List the addresses that sources see, and the instances that they do not see any more."""
        found = proposed_instances(self.actor, version_detail(self.actor, api, version))
        return Response(ProposedInstances({"results": found}).data)

    @extend_schema(
        operation_id="apis_versions_proposed_instances_add", request=AddInstancesInput, responses=AddedInstances
    )
    def post(self, request: Request, api: str, version: str) -> Response:
        """Make proposed addresses instances of the version; the others stay."""
        shown = version_detail(self.actor, api, version)
        chosen = self.valid(AddInstancesInput).get("instances") if request.data else None
        added = add_instances(actor=self.actor, version=shown, chosen=chosen, now=timezone.now())
        return Response(AddedInstances({"added": added}).data)
