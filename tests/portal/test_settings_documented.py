"""docs/settings.md lists every variable that is read, and none that is not."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "demo", "gateway", "marketplace", "discovery", "catalog", "accounts", "common", "bench", "tests")
# Through our readers, or from the environment itself.
READ = re.compile(
    r"""(?:env\.|\b)(?:text|boolean|integer|words|networks|choice|folder|mail)\(\s*["']([A-Z][A-Z0-9_]+)["']"""
    r"""|environ(?:\.get\(|\.setdefault\(|\[|\.pop\()\s*["']([A-Z][A-Z0-9_]+)["']"""
    r"""|["']([A-Z][A-Z0-9_]+)["'] (?:not )?in os\.environ"""
)
DOCUMENTED = re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \|", re.MULTILINE)
# Of Django and its test run, of gRPC, of the code that readers are shown, and of every pod; no setting of Portico.
FOREIGN = {
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "BASE_URL",
    "GRPC_ENABLE_FORK_SUPPORT",
    "KUBERNETES_SERVICE_HOST",
    "KUBERNETES_SERVICE_PORT",
}


def read_variables() -> set[str]:
    found: set[str] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for groups in READ.findall(path.read_text(encoding="utf-8")):
                found |= {name for name in groups if name}
    return found - FOREIGN


def documented_variables() -> Counter[str]:
    return Counter(DOCUMENTED.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))


def test_every_variable_that_is_read_is_documented():
    assert read_variables() - documented_variables().keys() == set()


def test_every_documented_variable_is_read():
    assert documented_variables().keys() - read_variables() == set()


def test_every_variable_is_documented_once():
    assert [name for name, times in documented_variables().items() if times > 1] == []


def test_the_reader_of_this_test_finds_variables():
    one_a_reader = {"PORT", "PORTICO_HOME", "DATABASE_URL", "PORTICO_SOURCES_ROOT", "PORTICO_SECRETS_KEY"}
    assert one_a_reader <= read_variables()
