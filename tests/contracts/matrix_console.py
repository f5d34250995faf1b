"""The rows of the console, with which people call a version from its page."""

from tests.contracts.matrix import Row, page
from tests.factories.catalog import make_api
from tests.factories.credentials import make_access
from tests.factories.marketplace import make_application
from tests.personas import Cast


def _opened(cast: Cast) -> None:
    api = make_api("orders", owner=cast.other_team)
    make_access(make_application(team=cast.team), api, public_id="sub_0123456789abcdef")


def _version(_cast: Cast) -> dict[str, str]:
    return {"slug": "orders", "version": "1.0.0"}


def _subscription(_cast: Cast) -> dict[str, str]:
    return {"subscription": "sub_0123456789abcdef"}


ROWS = [
    Row("gateway:console", "GET", page(200), _version, prepare=_opened),
    # Only who holds a subscription calls with it: not the owner of the API, and no administrator.
    Row(
        "gateway:console-key",
        "POST",
        page(200, viewer=404, stranger=404, administrator=404),
        _version,
        _subscription,
        prepare=_opened,
    ),
]
