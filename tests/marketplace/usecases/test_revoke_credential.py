"""Revoking: at once, once, by those who hold the application and those who own the API."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Role
from common.access import Denied
from marketplace.models import Credential, EnforcedAPI
from marketplace.signals import key_revoked
from marketplace.usecases.revoke_credential import revoke_credential
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import make_api
from tests.factories.credentials import make_access, make_key
from tests.factories.marketplace import make_application
from tests.marketplace.listening import Heard

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return {name: make_user(name, role=Role.PUBLISHER) for name in ("holder", "owner", "stranger")}


@pytest.fixture
def key(people):
    application = make_application(team=make_team("channels", members=(people["holder"],)))
    api = make_api(owner=make_team("lending", members=(people["owner"],)))
    return make_key(make_access(application, api))[0]


@pytest.mark.parametrize("who", ["holder", "owner"])
def test_it_is_revoked_at_once(who, key, people, django_capture_on_commit_callbacks):
    now = timezone.now()
    actor = actor_of(people[who])
    with Heard(key_revoked) as heard, django_capture_on_commit_callbacks(execute=True):
        revoke_credential(actor=actor, credential=key, now=now)
    kept = Credential.objects.get(pk=key.pk)
    assert (kept.revoked_at, kept.revoked_by_name) == (key.revoked_at, key.revoked_by_name) == (now, who)
    assert kept.generation == key.generation == EnforcedAPI.objects.get(api=key.subscription.api).generation > 0
    assert not Credential.objects.live(now).exists()
    assert heard.told == [{"credential_id": key.pk}]
    event = AuditEvent.objects.get(action="marketplace.credential.revoked")
    assert (event.object_id, event.actor_name) == (key.pk, who)


def test_it_is_revoked_once(key, people, django_capture_on_commit_callbacks):
    first = timezone.now()
    revoke_credential(actor=actor_of(people["holder"]), credential=key, now=first)
    generation = key.generation
    stale = Credential.objects.get(pk=key.pk)
    stale.revoked_at = None
    with Heard(key_revoked) as heard, django_capture_on_commit_callbacks(execute=True):
        revoke_credential(actor=actor_of(people["owner"]), credential=stale, now=timezone.now())
    assert (stale.revoked_at, stale.revoked_by_name, stale.generation) == (first, "holder", generation)
    assert heard.told == []
    assert AuditEvent.objects.filter(action="marketplace.credential.revoked").count() == 1
    assert EnforcedAPI.objects.get(api=key.subscription.api).generation == generation


def test_it_is_not_for_others(key, people):
    with pytest.raises(Denied):
        revoke_credential(actor=actor_of(people["stranger"]), credential=key, now=timezone.now())
    assert Credential.objects.get(pk=key.pk).revoked_at is None
