"""Publication rules in the browser: their list, the form with its preview, removing one."""

import pytest

from discovery.models import DiscoveredService, PublicationRule
from tests.factories.catalog import make_domain, make_environment, make_system
from tests.factories.discovery import make_discovered, make_source
from tests.factories.rules import make_rule
from tests.personas import Cast

HTMX = {"HX-Request": "true"}


def values(**others: object) -> dict:
    return {"name": "cards-namespaces", "action": "publish", "is_active": "on", **others}


def test_it_lists_the_rules_in_order_with_what_each_does_and_holds(cast: Cast) -> None:
    make_domain("cards", title="Cards")
    own, other = make_source(owner=cast.team), make_source()
    noise = make_rule("noise", action="ignore", selector={"labels": {"probe": "*"}}, position=5)
    make_rule("all", selector={"namespaces": ["cards", "cards-*"]}, domain="cards", owner="payments")
    make_discovered(own, "ignored", rule=noise)
    make_discovered(other, "ignored", rule=noise)

    seen = cast.client("member").get("/discovery/rules/").content.decode()
    all_seen = cast.client("administrator").get("/discovery/rules/").content.decode()

    assert seen.index("noise") < seen.index("Publishes services in namespace cards or cards-*:")
    assert "Ignores services with label probe." in seen
    assert "domain Cards, owner Payments" in seen
    assert 'data-label="Ignored" class="numeric">1<' in seen
    assert 'data-label="Ignored" class="numeric">2<' in all_seen
    assert "/discovery/rules/noise/edit/" not in seen
    assert "/discovery/rules/noise/edit/" in all_seen
    assert "The rules are being applied" in all_seen


def test_it_says_what_to_do_when_there_are_none(cast: Cast) -> None:
    assert "/discovery/add-rule/" in cast.client("administrator").get("/discovery/rules/").content.decode()
    assert "Administrators add rules" in cast.client("viewer").get("/discovery/rules/").content.decode()


def test_it_adds_a_rule(cast: Cast) -> None:
    make_environment("staging")
    make_system("issuing")
    make_source("prod-eu-1")
    form = values(
        namespaces="cards-*, cards\r\nrisk",
        labels="tier=gold\nteam",
        sources="prod-*",
        environments="staging",
        kinds="Service",
        exposures=["internet", "mesh"],
        kind="monolith",
        system="issuing",
        owner="payments",
        visibility="private",
        publishes_unowned="on",
    )
    answer = cast.client("administrator").post("/discovery/add-rule/", form)

    rule = PublicationRule.objects.select_related("system", "owner").get()
    assert (answer.status_code, answer["Location"]) == (303, "/discovery/rules/#rule-cards-namespaces")
    assert rule.selector == {
        "sources": ["prod-*"],
        "environments": ["staging"],
        "namespaces": ["cards-*", "cards", "risk"],
        "kinds": ["Service"],
        "exposures": ["internet", "mesh"],
        "labels": {"tier": "gold", "team": "*"},
    }
    assert (rule.kind, rule.system.slug, rule.owner, rule.domain) == ("monolith", "issuing", cast.team, None)
    assert (rule.visibility, rule.publishes_unowned, rule.is_active) == ("private", True, True)


def test_the_form_of_a_rule_says_what_it_says_and_saves_it_unchanged(cast: Cast) -> None:
    selector = {"namespaces": ["cards-*", "risk"], "labels": {"tier": "gold", "team": "*"}, "exposures": ["mesh"]}
    make_rule("cards", selector=selector, owner="payments", kind="saas")
    client = cast.client("administrator")
    form = client.get("/discovery/rules/cards/edit/").context["form"]
    sent = {}
    for field in form:
        shown = field.value()
        if shown is True:
            sent[field.name] = "on"
        elif shown:
            sent[field.name] = field.field.prepare_value(shown)

    client.post("/discovery/rules/cards/edit/", {**sent, "name": "other"})

    rule = PublicationRule.objects.get()
    assert (rule.name, rule.selector, rule.owner, rule.kind) == ("cards", selector, cast.team, "saas")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "Cards!"}, "Use lower-case letters"),
        ({"sources": "gone"}, "There is no source “gone”."),
        ({"namespaces": "*a*a*a*a*a*"}, "more than 5 stars"),
        ({"labels": "tier=gold\ntier=silver"}, "The label “tier” is there twice."),
        ({"owner": "nobody"}, "Select a valid choice"),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(cast: Cast, wrong: dict, words: str) -> None:
    answer = cast.client("administrator").post("/discovery/add-rule/", values(**wrong))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list(answer.context["form"].errors) == [next(iter(wrong))]
    assert not PublicationRule.objects.exists()


def test_it_previews_without_saving_anything(cast: Cast) -> None:
    source = make_source("prod")
    for name in ("vault", "ledger"):
        make_discovered(source, name=name, namespace="cards")
    make_discovered(source, "published", name="gateway", namespace="cards")
    make_discovered(source, name="elsewhere")
    form = {**values(namespaces="cards", owner="payments"), "name": "", "action_wanted": "preview"}
    client = cast.client("administrator")

    part = client.post("/discovery/add-rule/", form, headers=HTMX).content.decode()
    page = client.post("/discovery/add-rule/", form).content.decode()

    for answer in (part, page):
        assert "Would publish 2" in answer
        assert "1 is in the catalog or ignored already." in answer
        assert "owner by rule being added" in answer
        assert "elsewhere" not in answer
    assert "<html" not in part
    assert 'value="publish" selected' in page
    assert not PublicationRule.objects.exists()
    assert set(DiscoveredService.objects.values_list("standing", flat=True)) == {"new", "published"}


def test_a_preview_of_a_saved_rule_leaves_it_as_it_is(cast: Cast) -> None:
    make_discovered(name="vault")
    make_rule("cards", selector={"namespaces": ["payments"]}, owner="payments")
    client = cast.client("administrator")
    assert "Would publish 1" in client.get("/discovery/rules/cards/edit/").content.decode()
    answer = client.post("/discovery/rules/cards/edit/", {"action": "ignore", "action_wanted": "preview"}, headers=HTMX)
    assert "Would ignore 1" in answer.content.decode()
    assert "Nothing of this happens until the rule is in use." in answer.content.decode()
    assert PublicationRule.objects.get().action == "publish"


def test_a_preview_says_why_nothing_was_counted(cast: Cast) -> None:
    form = {**values(namespaces="*a*a*a*a*a*"), "action_wanted": "preview"}
    answer = cast.client("administrator").post("/discovery/add-rule/", form, headers=HTMX)
    assert answer.status_code == 422
    assert "more than 5 stars" in answer.content.decode()


def test_rules_move_without_scripts(cast: Cast) -> None:
    for name in ("one", "two"):
        make_rule(name)
    client = cast.client("administrator")
    answer = client.post("/discovery/rules/two/move/", {"direction": "up"})
    assert answer["Location"] == "/discovery/rules/#rule-two"
    assert list(PublicationRule.objects.order_by("position").values_list("name", flat=True)) == ["two", "one"]
    assert client.post("/discovery/rules/two/move/", {"direction": "sideways"}).status_code == 400


def test_it_says_what_deleting_a_rule_does_before_it_does(cast: Cast) -> None:
    rule = make_rule("noise", action="ignore")
    make_discovered(make_source(), "ignored", rule=rule)
    client = cast.client("administrator")
    page = client.get("/discovery/rules/noise/delete/").content.decode()
    assert "1 service it ignores return" in page
    assert client.post("/discovery/rules/noise/delete/").status_code == 303
    assert not PublicationRule.objects.exists()
    assert client.get("/discovery/rules/noise/delete/").status_code == 404
