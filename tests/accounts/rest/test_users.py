import pytest

from accounts.models import User
from tests.personas import Cast


@pytest.mark.parametrize("wanted", [True, False])
def test_it_answers_the_password_of_a_new_person_if_there_is_one(cast: Cast, wanted: bool) -> None:
    body = {"username": "jane", "with_password": wanted}
    answer = cast.client("administrator").post("/api/v1/users", body, content_type="application/json")

    password = answer.json()["password"]
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    assert (password is not None) is wanted
    assert User.objects.get(username="jane").check_password(password or "") is wanted
