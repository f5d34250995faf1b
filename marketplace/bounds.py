"""How much one holder may ask of Portico, so that nobody fills an owner's queue, the gateways' time or the database.

Far above what people and pipelines need. Administrators are not counted: whoever moves a company in does it at once.
"""

from datetime import datetime, timedelta

from accounts.actor import Actor
from common.errors import Conflict
from marketplace.models import AccessRequest, Application, Credential, Subscription

APPLICATIONS_AT_MOST = 500
REQUESTS_A_DAY = 50
KEYS_AN_HOUR = 200


def refuse_more_applications(actor: Actor, application: Application) -> None:
    """Raise ``Conflict`` when the holder of this new one has as many as may be in use."""
    if actor.is_administrator:
        return
    held = Application.objects.filter(team=application.team_id, person=application.person_id, retired_at=None)
    if held.count() >= APPLICATIONS_AT_MOST:
        raise Conflict(f"There are {APPLICATIONS_AT_MOST} applications already. Retire those that are not used.")


def refuse_more_requests(actor: Actor, application: Application, api_id: int, now: datetime) -> None:
    """Raise ``Conflict`` when the holder of the application asked too often for the API within a day."""
    if actor.is_administrator:
        return
    made = AccessRequest.objects.filter(
        subscription__application__team=application.team_id,
        subscription__application__person=application.person_id,
        subscription__api=api_id,
        requested_at__gt=now - timedelta(days=1),
    )
    if made.count() >= REQUESTS_A_DAY:
        raise Conflict(f"This API was asked for {REQUESTS_A_DAY} times within a day. Go on tomorrow.")


def refuse_more_keys(actor: Actor, subscription: Subscription, now: datetime) -> None:
    """Raise ``Conflict`` when too many keys of the locked subscription were made within an hour."""
    if actor.is_administrator:
        return
    made = Credential.objects.filter(subscription=subscription, created_at__gt=now - timedelta(hours=1))
    if made.count() >= KEYS_AN_HOUR:
        raise Conflict(f"{KEYS_AN_HOUR} keys of this subscription were made within an hour. Go on later.")
