import pytest

from accounts.actor import Actor, anonymous
from accounts.models import Role
from portal.context import Offers

PUBLISHER = Actor(kind="user", name="Pia", user_id=1, role=Role.PUBLISHER, teams={7: "member"})
TEAMLESS = Actor(kind="user", name="Tom", user_id=2, role=Role.PUBLISHER)
VIEWER = Actor(kind="user", name="Vera", user_id=3, role=Role.VIEWER, teams={7: "member"})
ADMINISTRATOR = Actor(kind="user", name="Ada", user_id=4, role=Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("actor", "publish", "administration"),
    [
        (anonymous(), False, False),
        (VIEWER, False, False),
        (TEAMLESS, False, False),
        (PUBLISHER, True, False),
        (ADMINISTRATOR, True, True),
    ],
)
def test_it_offers_what_the_actor_may_do(actor, publish, administration):
    offers = Offers(actor)

    assert offers.publish is publish
    assert offers.administration is administration
