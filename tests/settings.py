"""Settings of the tests: those of the product, on the tests' own database, with what makes tests slow taken out."""

import atexit
import os
import tempfile

from tests import database

os.environ.setdefault("KRING_SECRET_KEY", "only for tests: nothing outside them is signed with it")
os.environ.setdefault("KRING_DEMO", "1")
os.environ.setdefault("KRING_HOST", "kring.localhost")
# Made and named once per process of tests; what a test starts as a process of its own inherits it.
os.environ.setdefault("KRING_LOG_LEVEL", "WARNING")
if "KRING_DB_OWNER" not in os.environ:
    os.environ["DATABASE_URL"] = database.url(database.my_name())

from kring.settings import *  # noqa: F403

# Nothing is gathered there; WhiteNoise wants the folder to exist.
_nowhere = tempfile.TemporaryDirectory(prefix="kring-static-")
atexit.register(_nowhere.cleanup)
STATIC_ROOT = _nowhere.name
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "tests.storage.CountedInMemory"},
    "private": {"BACKEND": "tests.storage.CountedInMemory"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Jobs that crash and kill: only tests want them.
PROCRASTINATE_IMPORT_PATHS = [*PROCRASTINATE_IMPORT_PATHS, "tests.core.crashing"]  # noqa: F405

# Nobody outside is asked.
VIES_URL = ""
