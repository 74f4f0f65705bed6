"""Starts PostgreSQL and Redis before Django reads its settings; loaded by `-p tests.services` in pyproject.toml.

KPIWEB_TEST_DB=postgres (the default) or sqlite chooses the database. With DATABASE_URL or REDIS_URL given, those
servers are used instead. Under xdist the first process starts the servers, each worker has its own PostgreSQL
database (pytest-django's suffix) and its own Redis database.
"""

import atexit
import os
import shutil

from tests.servers.postgres import Postgres
from tests.servers.processes import temporary_folder
from tests.servers.redis import RedisServer

STARTED = "KPIWEB_TEST_SERVERS"


def start_servers() -> None:
    database = os.environ.get("KPIWEB_TEST_DB", "postgres")
    if database not in {"postgres", "sqlite"}:
        raise SystemExit(f"KPIWEB_TEST_DB is {database!r}; write postgres or sqlite.")
    if database == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    elif not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = Postgres().url
    if not os.environ.get("REDIS_URL"):
        redis = RedisServer()
        atexit.register(redis.close)
        os.environ["REDIS_URL"] = redis.url


def choose_own_places() -> None:
    """What no two test processes share: the Redis database and the folder for files."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = int(worker.removeprefix("gw") or -1) + 1
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{number}"
    var = temporary_folder("var")
    atexit.register(shutil.rmtree, var, ignore_errors=True)
    os.environ["VAR_DIR"] = str(var)


try:
    if STARTED not in os.environ:
        start_servers()
        os.environ[STARTED] = "1"
    choose_own_places()
except RuntimeError as missing:
    raise SystemExit(str(missing)) from missing

os.environ.update(KPIWEB_ENV="embedded", LOG_LEVEL="WARNING")
# A developer's own environment must not change what is tested.
for name in (
    "SITE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "SECRET_KEY",
    "TRUSTED_PROXIES",
    "DEBUG",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
):
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
