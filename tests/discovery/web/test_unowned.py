"""What nobody answers for, discovered and in the catalog."""

from catalog.models import Service
from discovery.models import State
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_service
from tests.factories.discovery import make_discovered, make_source


def test_it_lists_what_is_proposed_to_nobody_with_a_way_to_set_one(cast):
    source = make_source("prod", owner=cast.team)
    row = make_discovered(source, name="orphan", reasons={"owner": "there is no team “gone”"})
    make_discovered(source, name="owned", proposed_owner=cast.team)
    make_discovered(source, State.IGNORED, name="ignored")

    page = Elements(cast.client("member").get("/discovery/unowned/").content)

    assert page.texts("segments")[-1] == "Discovered 1 In the catalog 0"
    assert any(link.startswith(f"/discovery/services/{row.pk}/edit/") for link in page.links())


def test_it_lists_services_of_the_catalog_that_have_no_owner(cast):
    make_service("owned", owner=cast.team)
    make_service("orphan", owner=cast.team, title="Orphan")
    Service.objects.filter(slug="orphan").update(owner=None)

    seen = Elements(cast.client("member").get("/discovery/unowned/?show=services").content)
    managed = Elements(cast.client("administrator").get("/discovery/unowned/?show=services").content)

    assert "/services/orphan/" in seen.links()
    assert "/services/owned/" not in seen.links()
    assert "/services/orphan/edit/" not in seen.links()
    assert "/services/orphan/edit/" in managed.links()


def test_it_reads_as_often_for_many_rows_as_for_one(cast, django_assert_num_queries):
    source = make_source("prod", owner=cast.team)
    client = cast.client("member")
    for many in (1, 30):
        for _ in range(many):
            make_discovered(source)
        with django_assert_num_queries(9):
            client.get("/discovery/unowned/")
