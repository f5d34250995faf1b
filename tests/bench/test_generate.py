"""The invented catalog: what is measured on it must be what a published one would show."""

import pytest
from django.urls import reverse

from bench.generate import generate
from catalog.models import API, Definition, Operation
from tests.factories.catalog import publish
from tests.personas import Cast

APIS, SEED = 12, 3


@pytest.fixture
def _generated(cast: Cast) -> None:
    generate(APIS, SEED)


@pytest.mark.usefixtures("_generated")
def test_its_pages_open(cast: Cast) -> None:
    client = cast.client("administrator")
    api = API.objects.earliest("pk")
    operations = Operation.objects.filter(version=api.current_version)
    pages = [reverse("catalog:operation-detail", args=[api.slug, operation.slug]) for operation in operations]
    pages += [reverse(f"catalog:{page}", args=[api.slug]) for page in ("api-detail", "api-operations")]
    pages.append(f"/api/v1/apis/{api.slug}/versions/latest/operations/{operations[0].slug}")

    assert operations.count() > 8
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.usefixtures("_generated")
def test_its_operations_have_the_shape_of_published_ones(cast: Cast) -> None:
    api = API.objects.select_related("current_version__specification").earliest("pk")
    publish(
        "published",
        api.current_version.name,
        owner=cast.team.slug,
        document=api.current_version.specification.content + b"\n",
    )

    shapes = [
        [
            (one.slug, one.method, one.path_key, one.group, one.deprecated, one.detail, sorted(one.definitions))
            for one in Operation.objects.filter(version__api__slug=slug).order_by("position")
        ]
        for slug in (api.slug, "published")
    ]
    definitions = [
        dict(Definition.objects.filter(specification__versions__api__slug=slug).values_list("pointer", "body"))
        for slug in (api.slug, "published")
    ]
    assert shapes[0] == shapes[1]
    assert definitions[0] == definitions[1]
    assert definitions[0]
