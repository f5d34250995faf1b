"""What has to be true in database and data folder before the site is served; each part is skipped when it is.

Runs as a process of its own before the others, so that `make run` itself stays without Django.
"""

import hashlib
import shutil
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal import env
from portal.runtime import demo, gateway


def migrate() -> None:
    """Every migration is applied."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _say("Bringing the database up to date.")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """The served files are those of ``static/``, hashed and compressed; nothing is done when no file changed."""
    target = Path(settings.STATIC_ROOT)
    stamp = target / ".collected"
    wanted = _fingerprint(settings.STATICFILES_DIRS)
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    _say("Collecting the files of the site.")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted, encoding="ascii")


def _fingerprint(folders: list[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder)} {content}\n".encode())
    return digest.hexdigest()


def first_start() -> str:
    """Somebody can come in and, unless unwanted, finds the demo; what that person must know is returned.

    The administrator comes last, so that a start that was interrupted is a first start again.
    """
    # Imported here because models exist only once Django is set up, which is what this module does.
    from accounts.usecases.create_administrator import create_first_administrator  # noqa: PLC0415

    if get_user_model().objects.filter(role="administrator").exists():
        return ""
    if env.boolean("PORTICO_DEMO", default=True):
        _say("Loading the demo; this takes a minute or two and happens once.")
        call_command("load_demo", verbosity=0)
        # The demo's clusters have their ports now, and no upstream may be there.
        ensure_gateway()
    made = create_first_administrator(timezone.now())
    if made is None:
        return ""
    user, password = made
    return f"Sign in as {user.username} with the password {password} (shown this once; change it in your profile)."


def ensure_gateway() -> None:
    """The portal knows the gateway that is started beside it, and its agent's token is in the data folder."""
    wanted, home = gateway.place(), env.home()
    if wanted is None:
        return
    gateway.folder(home).mkdir(mode=0o700, exist_ok=True)
    call_command(
        "add_gateway",
        gateway.SLUG,
        ensure=True,
        title=gateway.TITLE,
        url=wanted.url,
        network=list(gateway.NETWORKS),
        closed_port=gateway.closed_ports(wanted, env.database_url(), demo.ports(home)),
        token_file=gateway.token_file(home),
        verbosity=0,
    )


def _say(line: str) -> None:
    """What takes a while; standard output is for what the operator must be told once."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    django.setup()
    migrate()
    collect_static()
    ensure_gateway()
    print(first_start())


if __name__ == "__main__":
    main()
