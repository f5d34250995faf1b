"""One version of an API: publishing it, reading it, changing what is said about it."""

from http import HTTPStatus

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from catalog.filters import flag
from catalog.models import APIVersion, Lifecycle, Visibility
from catalog.permissions import Action
from catalog.queries.versions import version_detail
from catalog.rest.media_types import ACCEPTED, FORM
from catalog.rest.query_metadata import LISTS, NAMES, PAIRS, metadata_of
from catalog.rest.serializers.metadata import PublishForm, PublishInput, VersionInput, validated
from catalog.rest.serializers.versions import Publication, VersionDetail
from catalog.rest.uploads import is_form, read_upload
from catalog.usecases.edit_version import edit_version
from catalog.usecases.publish_version import publish_version
from common.rest.schema import problems
from common.rest.views import RestView

_REFUSALS = {
    409: "The version left the draft stage with other bytes, or would step back in its lifecycle.",
    422: "The document was refused; `findings` say where and why.",
    503: "No process is free to read the document; see `Retry-After`.",
}
_DRY_RUN = OpenApiParameter("dry_run", bool, description="Answer the same and write nothing.")
_CHOICES = {"lifecycle": Lifecycle.values, "visibility": Visibility.values}
_EXPLAINED = {
    "docs": "The page “Documentation”, in Markdown.",
    "instances": "`environment=url`, once for each.",
    "links": "`title=url`, once for each.",
    "sunset": "A date; of a deprecated version.",
    "successor": "A version of the same API, or `api/version`.",
    "tags": "Repeated or with commas.",
    "provided_by": "Services; repeated or with commas.",
}


def _parameter(name: str) -> OpenApiParameter:
    is_list = name in LISTS or name in PAIRS
    kind = OpenApiTypes.DATE if name == "sunset" else OpenApiTypes.STR
    return OpenApiParameter(name, kind, many=is_list, enum=_CHOICES.get(name), description=_EXPLAINED.get(name, ""))


class VersionView(RestView):
    """One version of an API."""

    public = "Versions of public APIs are for everybody; the query starts at what the actor may see."
    actions = {"PUT": Action.API_PUBLISH, "PATCH": Action.API_EDIT}
    queryset = APIVersion.objects.none()
    serializer_class = VersionDetail

    def known_parameters(self, method: str) -> set[str]:
        if method != "PUT":
            return set()
        return {"dry_run"} if is_form(self.request._request) else {"dry_run", *NAMES}

    @extend_schema(responses=VersionDetail)
    def get(self, request: Request, api: str, version: str) -> Response:
        """A version; `latest` is the one that stands for its API."""
        return Response(self.get_serializer(version_detail(self.actor, api, version)).data)

    @extend_schema(
        request={
            **dict.fromkeys(ACCEPTED, OpenApiTypes.BINARY),
            FORM: PublishForm,
        },
        responses={200: Publication, 201: Publication} | problems(_REFUSALS),
        parameters=[_DRY_RUN, *map(_parameter, NAMES)],
    )
    def put(self, request: Request, api: str, version: str) -> Response:
        """Publish a specification: the raw body with metadata in the query string, or a form with both.

        `auto` as the version takes the one the document states. Makes the API when it is new. The same again changes
        nothing; a draft is replaced; a published version never takes other bytes (409).
        """
        dry_run = flag(request.query_params, "dry_run")
        in_query = None if is_form(request._request) else validated(PublishInput, metadata_of(request.query_params))
        upload = read_upload(request._request)
        result = publish_version(
            actor=self.actor,
            api=api,
            version=version,
            document=upload.document,
            media_type=upload.media_type,
            metadata=in_query if upload.metadata is None else validated(PublishInput, upload.metadata),
            now=timezone.now(),
            dry_run=dry_run,
        )
        body = Publication(result).data
        if result.status != "created":
            return Response(body)
        place = reverse("rest:catalog:version-detail", args=[result.api.slug, result.version.name])
        return Response(body, status=HTTPStatus.CREATED, headers={"Location": place})

    @extend_schema(
        request=VersionInput,
        responses={200: VersionDetail} | problems({409: "A step back in the lifecycle needs a reason."}),
    )
    def patch(self, request: Request, api: str, version: str) -> Response:
        """Change what is said about a version: lifecycle, changelog, instances, sunset, successor."""
        metadata = self.valid(VersionInput)
        reason = metadata.pop("reason", "")
        found = version_detail(self.actor, api, version)
        edit_version(actor=self.actor, version=found, metadata=metadata, reason=reason, now=timezone.now())
        return Response(self.get_serializer(version_detail(self.actor, api, found.name)).data)
