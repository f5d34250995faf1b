"""Settings of the test run: the portal's own, with what must be quick or still in a test."""

import os
from pathlib import Path

# A data folder and keys of the tests' own: a run never touches the data of the Portico beside it.
os.environ["PORTICO_HOME"] = str(Path(__file__).resolve().parent.parent / ".portico-test")
os.environ.setdefault("PORTICO_SECRET_KEY", "only-for-tests-" + "0" * 50)
os.environ.setdefault("PORTICO_SECRETS_KEY", "only-for-tests-" + "1" * 50)

# A process that has spoken gRPC would otherwise restart its threads in every child it forks, before that has become
# the program it was made for; what such a thread says ends up among that program's errors.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

from portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
