"""The REST API's description is complete, and the committed copy shows every change of it in review."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def test_it_is_complete_valid_and_equal_to_the_committed_file(tmp_path):
    generated = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(generated))
    assert generated.read_text() == COMMITTED.read_text(), (
        "write it anew: manage.py spectacular --file docs/openapi.yaml"
    )
