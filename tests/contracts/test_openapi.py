"""The REST API's description is complete, and the committed copy shows every change of it in review."""

from pathlib import Path

import yaml
from django.conf import settings
from django.core.management import call_command

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def test_it_is_complete_valid_and_equal_to_the_committed_file(tmp_path):
    generated = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(generated))
    assert generated.read_text() == COMMITTED.read_text(), (
        "write it anew: manage.py spectacular --file docs/openapi.yaml"
    )


def test_it_sums_up_every_operation_in_words_of_its_own():
    document = yaml.safe_load(COMMITTED.read_text())
    summaries = [
        (one["tags"][0], one["summary"])
        for path in document["paths"].values()
        for method, one in path.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]

    assert len(set(summaries)) == len(summaries)
    assert all(2 < len(summary) <= 110 and "\n" not in summary for _tag, summary in summaries)
