import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from portal.runtime import assets

MODULES = settings.BASE_DIR / "node_modules"


@pytest.fixture
def checkout(tmp_path):
    for folder in ("templates", "static", "portal", "catalog", "accounts", "common"):
        (tmp_path / folder).mkdir()
    (tmp_path / "static/icons.txt").write_text("# a remark\nplus\n")
    (tmp_path / "node_modules").symlink_to(MODULES)
    return tmp_path


def test_it_copies_the_files_and_draws_the_icons_in_use(checkout):
    (checkout / "templates/page.html").write_text('{% icon "user" 18 %}{% include "x.html" with icon_name="world" %}')
    (checkout / "catalog/facts.py").write_text('{"icon": "file-code"}')

    vendor = assets.install(checkout)

    drawn = re.findall(r'symbol id="([^"]+)"', (vendor / "icons.svg").read_text())
    assert {"user", "world", "file-code", "plus", "braces"} <= set(drawn)
    assert "alert-circle" not in drawn
    assert (vendor / "tabler.min.css.map").is_file()


def test_it_says_in_one_line_what_is_missing_and_keeps_what_was_there(checkout):
    vendor = assets.install(checkout)
    (checkout / "static/icons.txt").write_text("no-such-icon\n")

    with pytest.raises(assets.AssetMissing, match=r"no-such-icon\.svg is not there: run `npm ci"):
        assets.install(checkout)
    assert (vendor / "icons.svg").is_file()


def test_it_serves_hashed_names_of_every_style_sheet(checkout, tmp_path):
    """The manifest storage reads every reference of every style sheet, so one that leads nowhere fails here."""
    shutil.copytree(settings.BASE_DIR / "static", tmp_path / "own", ignore=shutil.ignore_patterns("vendor"))
    assets.install(checkout)
    shutil.copytree(checkout / "static/vendor", tmp_path / "own/vendor")
    code = (
        "import django; from django.conf import settings; from portal import settings as s;"
        f"s.STATICFILES_DIRS=['{tmp_path}/own']; s.STATIC_ROOT='{tmp_path}/served';"
        "django.setup(); from django.core.management import call_command;"
        "call_command('collectstatic', interactive=False, verbosity=0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTICO_HOME": str(tmp_path / "home"),
            "PORTICO_SECRET_KEY": "only-for-this-test",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    (sheet,) = (tmp_path / "served/css").glob("portico.*.css")
    assert re.search(r'@import url\("\.\./vendor/tabler\.min\.[0-9a-f]{12}\.css"\) layer\(base\)', sheet.read_text())
