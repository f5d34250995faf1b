"""Publishing a version: what it makes, what it leaves alone, whom it refuses."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from accounts.actor import anonymous
from accounts.models import AuditEvent
from catalog.models import API, APIVersion, Definition, Operation, Specification, Tag, VersionFinding
from catalog.usecases.publish_version import SpecificationRefused
from common.access import Denied, SignInRequired
from common.errors import Conflict, Invalid
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import (
    ADMINISTRATOR,
    as_bytes,
    make_domain,
    make_environment,
    make_service,
    make_system,
    openapi,
    publish,
)
from tests.personas import Cast

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def ci(cast: Cast) -> Any:
    """The actor of the payments team's publishing token."""
    return actor_of(cast.secrets["token_publish"])


def audited() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", "object_name"))


# --- What it makes ----------------------------------------------------------------------------------------


def test_it_creates_the_api_and_a_published_version_for_the_tokens_team(ci: Any, cast: Cast) -> None:
    result = publish("payments", actor=ci, now=NOW)

    assert (result.status, result.changed, result.findings) == ("created", [], ())
    api = API.objects.get(slug="payments")
    assert (api.owner, api.title, api.visibility) == (cast.team, "Payments", "internal")
    assert api.description == "Everything about payments."
    assert (api.lifecycle, api.format, api.published_at) == ("published", "openapi", NOW)
    assert api.current_version == result.version
    assert result.version.published_at == NOW
    assert audited() == [("catalog.api.created", "payments"), ("catalog.version.published", "payments 1.0.0")]


def test_it_keeps_bytes_operations_and_definitions(ci: Any) -> None:
    document = as_bytes(openapi())
    result = publish("payments", actor=ci, document=document)

    specification = Specification.objects.get()
    assert specification.content == document
    assert specification.size == len(document)
    operation = Operation.objects.get()
    assert (operation.method, operation.path, operation.operation_id) == ("GET", "/payments/{payment_id}", "getPayment")
    assert operation.group == "payments"
    assert operation.definitions == ["#/components/schemas/Payment"]
    assert Definition.objects.get().pointer == "#/components/schemas/Payment"
    assert result.version.operation_count == 1


def test_it_takes_every_metadata_field(ci: Any, cast: Cast) -> None:
    domain, system = make_domain("cards"), make_system("ledger")
    make_environment("production")
    make_service("core-banking", owner=cast.other_team)
    result = publish(
        "payments",
        actor=ci,
        now=NOW,
        title="Payments of the bank",
        description="In and out.",
        domain="cards",
        system="ledger",
        tags=["PSD2", "money", "psd2"],
        visibility="public",
        provided_by=["core-banking"],
        instances=[{"environment": "production", "url": "https://api.example.com/v1"}],
        docs="# How to pay",
        links=[{"title": "Runbook", "url": "https://wiki.example.com/pay"}],
        changelog="First version.",
    )

    api = API.objects.get()
    assert (api.title, api.description, api.visibility) == ("Payments of the bank", "In and out.", "public")
    assert (api.domain, api.system) == (domain, system)
    assert sorted(api.tags.values_list("name", flat=True)) == ["money", "psd2"]
    assert [service.slug for service in api.provided_by.all()] == ["core-banking"]
    assert [(page.slug, page.title, page.body) for page in api.pages.all()] == [
        ("documentation", "Documentation", "# How to pay")
    ]
    assert [link.title for link in api.links.all()] == ["Runbook"]
    assert result.version.changelog == "First version."
    assert [(row.environment.slug, row.url) for row in result.version.instances.select_related("environment")] == [
        ("production", "https://api.example.com/v1")
    ]


def test_it_takes_the_version_the_document_states(ci: Any) -> None:
    assert publish("payments", "auto", actor=ci, document=openapi("2.1.0")).version.name == "2.1.0"


def test_it_warns_when_the_document_states_another_version(ci: Any) -> None:
    result = publish("payments", "2.0.0", actor=ci, document=openapi("1.9.0"))

    assert [(finding.severity, finding.rule) for finding in result.findings] == [("warning", "version-differs")]
    assert VersionFinding.objects.get().rule == "version-differs"
    assert result.version.warning_count == 1


def test_two_apis_share_the_row_of_the_same_bytes(ci: Any) -> None:
    publish("payments", actor=ci)
    publish("refunds", actor=ci)

    assert Specification.objects.count() == 1
    assert Definition.objects.count() == 1
    assert Operation.objects.count() == 2


def test_it_tells_the_rooms_above_on_commit(ci: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as published:
        publish("payments", actor=ci)
    with django_capture_on_commit_callbacks() as drafted:
        publish("payments", "2.0.0", actor=ci, lifecycle="draft")
    with django_capture_on_commit_callbacks() as repeated:
        publish("payments", actor=ci)

    assert (len(published), len(drafted), len(repeated)) == (1, 0, 0)


# --- Again ------------------------------------------------------------------------------------------------


def test_the_same_again_writes_nothing(ci: Any, cast: Cast) -> None:
    make_environment("production")
    metadata = {
        "tags": ["money"],
        "docs": "Text",
        "links": [{"title": "Runbook", "url": "https://wiki.example.com"}],
        "instances": [{"environment": "production", "url": "https://api.example.com"}],
        "owner": cast.team.slug,
        "title": "Payments",
        "visibility": "internal",
        "changelog": "First",
    }
    publish("payments", actor=ci, now=NOW, **metadata)
    before = snapshot()
    result = publish("payments", actor=ci, now=LATER, **metadata)

    assert (result.status, result.changed) == ("unchanged", [])
    assert snapshot() == before


def test_other_metadata_with_the_same_bytes_is_an_update(ci: Any) -> None:
    publish("payments", actor=ci, tags=["money"], changelog="One", now=NOW)
    result = publish("payments", actor=ci, title="Payments, new", changelog="Two", now=LATER)

    assert (result.status, result.changed) == ("updated", ["changelog", "title"])
    api = API.objects.get()
    assert api.updated_at == LATER
    assert [tag.name for tag in api.tags.all()] == ["money"]
    assert audited()[2:] == [("catalog.api.edited", "payments"), ("catalog.version.edited", "payments 1.0.0")]
    assert AuditEvent.objects.order_by("pk")[2].difference == {"title": ["Payments", "Payments, new"]}


def test_an_empty_value_clears_a_field(ci: Any) -> None:
    make_domain("cards")
    publish("payments", actor=ci, domain="cards", tags=["money"])
    result = publish("payments", actor=ci, domain="", tags=[])

    assert result.changed == ["domain", "tags"]
    assert API.objects.get().domain is None


def test_other_bytes_replace_a_draft_and_everything_read_from_it(ci: Any) -> None:
    publish("payments", actor=ci, lifecycle="draft")
    other = openapi(paths={"/refunds": {"post": {"responses": {"201": {"description": "Made"}}}}})
    result = publish("payments", actor=ci, document=other)

    assert result.status == "replaced"
    assert result.changed == ["specification"]
    assert result.version.lifecycle == "draft"
    assert [operation.path for operation in Operation.objects.all()] == ["/refunds"]
    assert audited()[-1] == ("catalog.version.replaced", "payments 1.0.0")


def test_a_draft_can_be_published_with_its_bytes(ci: Any) -> None:
    publish("payments", actor=ci, lifecycle="draft", now=NOW)
    result = publish("payments", actor=ci, lifecycle="published", now=LATER)

    assert (result.status, result.changed) == ("updated", ["lifecycle"])
    assert result.version.published_at == LATER
    assert API.objects.get().lifecycle == "published"


def test_a_published_version_never_takes_other_bytes(ci: Any) -> None:
    publish("payments", actor=ci)
    with pytest.raises(Conflict, match="Publish the document under a new version"):
        publish("payments", actor=ci, document=openapi(title="Other"))

    assert APIVersion.objects.get().title == "Payments"


def test_a_pipeline_cannot_undo_a_deprecation(ci: Any) -> None:
    publish("payments", actor=ci)
    publish("payments", actor=ci, lifecycle="deprecated", sunset=date(2027, 1, 1))
    with pytest.raises(Denied):
        publish("payments", actor=ci, lifecycle="published")
    with pytest.raises(Conflict, match="with a reason"):
        publish("payments", actor=ADMINISTRATOR, lifecycle="published")


# --- The version that stands for its API ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("versions", "current"),
    [
        ([("1.0.0", "published"), ("1.10.0", "published"), ("1.9.0", "published")], "1.10.0"),
        ([("1.0.0", "published"), ("2.0.0", "draft")], "1.0.0"),
        ([("1.0.0", "deprecated"), ("2.0.0", "draft")], "1.0.0"),
        ([("1.0.0", "retired"), ("0.9.0", "draft")], "0.9.0"),
        ([("1.0.0", "retired")], "1.0.0"),
    ],
)
def test_the_newest_of_the_best_stage_stands_for_the_api(ci: Any, versions: list, current: str) -> None:
    for name, lifecycle in versions:
        publish("payments", name, actor=ci, lifecycle=lifecycle)

    api = API.objects.select_related("current_version").get()
    assert api.current_version.name == current
    assert api.lifecycle == dict(versions)[current]


# --- Whom and what it refuses -----------------------------------------------------------------------------


def test_names_of_other_teams_are_refused_alike(ci: Any, cast: Cast) -> None:
    publish("theirs", owner=cast.other_team.slug)
    publish("secret", owner=cast.other_team.slug, visibility="private")
    refusals = []
    for slug in ("theirs", "secret"):
        with pytest.raises(Denied) as caught:
            publish(slug, actor=ci, document=b"not even a document")
        refusals.append((caught.value.detail, caught.value.extensions))

    assert refusals[0] == refusals[1]
    assert "lending" not in refusals[0][0]


@pytest.mark.parametrize("persona", ["viewer", "token_read"])
def test_who_may_publish_nothing_learns_nothing_about_a_name(cast: Cast, persona: str) -> None:
    publish("secret", owner=cast.other_team.slug, visibility="private")
    actor = actor_of(cast.secrets[persona] if persona in cast.secrets else getattr(cast, persona))
    refusals = set()
    for slug in ("secret", "free"):
        with pytest.raises(Denied) as caught:
            publish(slug, actor=actor)
        refusals.add(caught.value.detail)

    assert len(refusals) == 1


def test_a_publisher_without_a_team_learns_nothing_about_a_name(cast: Cast) -> None:
    publish("secret", owner=cast.other_team.slug, visibility="private")
    loner = actor_of(make_user())
    refusals = set()
    for slug in ("secret", "free"):
        with pytest.raises(Denied) as caught:
            publish(slug, actor=loner)
        refusals.add(caught.value.detail)

    assert len(refusals) == 1


def test_a_team_cannot_create_for_another(ci: Any, cast: Cast) -> None:
    with pytest.raises(Denied):
        publish("payments", actor=ci, owner=cast.other_team.slug)


def test_a_person_of_two_teams_names_the_owner(cast: Cast) -> None:
    person = make_user()
    for slug in ("cards", "loans"):
        make_team(slug, members=(person,))
    with pytest.raises(Invalid) as caught:
        publish("payments", actor=actor_of(person))

    assert caught.value.fields == {"owner": ["Name the team that will own this. Yours are: cards, loans."]}
    assert publish("payments", actor=actor_of(person), owner="loans").api.owner.slug == "loans"


def test_giving_an_api_away_takes_a_maintainer(ci: Any, cast: Cast) -> None:
    publish("payments", actor=ci)
    with pytest.raises(Denied):
        publish("payments", actor=ci, owner=cast.other_team.slug)
    result = publish("payments", actor=actor_of(cast.maintainer), owner=cast.other_team.slug)

    assert result.changed == ["owner"]
    assert API.objects.get().owner == cast.other_team


def test_nobody_publishes_without_signing_in(cast: Cast) -> None:
    with pytest.raises(SignInRequired):
        publish("payments", actor=anonymous())


def test_a_refused_document_leaves_nothing_and_says_where(ci: Any) -> None:
    with pytest.raises(SpecificationRefused) as caught:
        publish("payments", actor=ci, document=b'{"openapi": "3.0.3", "info": {"title": "x"}}')

    assert {finding.severity for finding in caught.value.findings} >= {"error"}
    assert not API.objects.exists()


def test_every_wrong_name_is_said_at_once(ci: Any, cast: Cast) -> None:
    make_environment("staging")
    make_service("hidden", owner=cast.other_team, visibility="private")
    with pytest.raises(Invalid) as caught:
        publish(
            "payments",
            actor=ci,
            domain="nowhere",
            system="none",
            tags=["not a tag"],
            provided_by=["hidden", "unknown"],
            instances=[{"environment": "prod", "url": "https://api.example.com"}],
        )

    fields = caught.value.fields
    assert set(fields) == {"domain", "system", "tags", "provided_by", "instances"}
    assert fields["instances"] == ["There is no environment “prod”. Known are: staging."]
    assert fields["provided_by"] == ["There is no service “hidden”.", "There is no service “unknown”."]
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"owner": "nobody"}, "owner"),
        ({"visibility": "secret"}, "visibility"),
        ({"lifecycle": "beta"}, "lifecycle"),
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"links": [{"title": "Bad", "url": "javascript:alert(1)"}]}, "links.0.url"),
        ({"docs": [{"slug": "A b", "title": "x", "body": "y"}]}, "docs.0.slug"),
        ({"sunset": date(2027, 1, 1)}, "sunset"),
        ({"successor": "2.0.0"}, "successor"),
        ({"lifecycle": "deprecated", "successor": "2.0.0"}, "successor"),
    ],
)
def test_it_names_the_field_that_breaks_a_rule(ci: Any, metadata: dict, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        publish("payments", actor=ci, **metadata)

    assert field in caught.value.fields
    assert not API.objects.exists()


@pytest.mark.parametrize("name", ["latest", "1.0/2", "", "-1", "x" * 101, "1 0"])
def test_it_refuses_what_cannot_name_a_version(ci: Any, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        publish("payments", name, actor=ci, document=openapi("1.0.0"))

    assert set(caught.value.fields) == {"version"}


# --- Dry run ----------------------------------------------------------------------------------------------


def test_a_dry_run_answers_the_same_and_writes_nothing(ci: Any) -> None:
    make_environment("production")
    before = snapshot()
    metadata = {
        "tags": ["money"],
        "docs": "Text",
        "instances": [{"environment": "production", "url": "https://api.example.com"}],
    }
    dry = publish("payments", "2.0.0", actor=ci, dry_run=True, **metadata)
    assert snapshot() == before
    wet = publish("payments", "2.0.0", actor=ci, **metadata)

    assert (dry.status, dry.changed, dry.findings) == (wet.status, wet.changed, wet.findings)
    before = snapshot()
    dry = publish("payments", "2.0.0", actor=ci, dry_run=True, tags=["other"], title="Other")
    assert (dry.status, dry.changed) == ("updated", ["tags", "title"])
    assert snapshot() == before


def test_a_dry_run_refuses_what_publishing_would_refuse(ci: Any) -> None:
    publish("payments", actor=ci)
    with pytest.raises(Conflict):
        publish("payments", actor=ci, document=openapi(title="Other"), dry_run=True)


def snapshot() -> dict[str, list]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        rows = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1')
            rows[table] = cursor.fetchall()
    return rows
