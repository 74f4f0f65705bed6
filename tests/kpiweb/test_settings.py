"""What the pages send, in production and embedded."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.servers.product import bare_environment, manage

HTTPS = {
    "SITE_URL": "https://kpi.example.com",
    "ALLOWED_HOSTS": "kpi.example.com",
    "DATABASE_URL": "postgresql://kpiweb@127.0.0.1:1/kpiweb",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "TRUSTED_PROXIES": "1",
}
ASK = """
import json
from django.conf import settings
from django.test import Client
secure = Client(HTTP_HOST="kpi.example.com").get("/healthz", headers={"x-forwarded-proto": "https"})
plain = Client(HTTP_HOST="kpi.example.com").get("/accounts/login/")
probe = Client(HTTP_HOST="kpi.example.com").get("/healthz")
print(json.dumps({
    "headers": dict(secure.headers), "plain": [plain.status_code, plain.get("Location")], "probe": probe.status_code,
    "cookies": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_NAME,
                settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_DOMAIN],
    "static": settings.STORAGES["staticfiles"]["BACKEND"], "mail": settings.DEFAULT_FROM_EMAIL,
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Any:
    key = tmp_path_factory.mktemp("secrets") / "key"
    key.write_text(secrets.token_urlsafe(64))
    done = manage("shell", "--no-imports", "-c", ASK, environment=bare_environment(SECRET_KEY_FILE=str(key), **HTTPS))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_production_answers_with_hsts_and_a_strict_policy(production: Any) -> None:
    headers = production["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"].split("; ")


def test_production_cookies_belong_to_this_host_alone(production: Any) -> None:
    # The browser accepts a __Host- cookie only when it is secure, without a domain and for the whole site.
    assert production["cookies"] == ["__Host-session", True, "__Host-csrf", True, "/", None]


def test_production_leads_http_to_https_but_answers_probes(production: Any) -> None:
    assert production["plain"] == [301, "https://kpi.example.com/accounts/login/"]
    assert production["probe"] == 200


def test_production_static_files_are_hashed(production: Any) -> None:
    assert production["static"] == "whitenoise.storage.CompressedManifestStaticFilesStorage"


def test_mails_come_from_the_site(production: Any) -> None:
    assert production["mail"] == "KPI Web <no-reply@kpi.example.com>"


def test_policy_allows_nothing_inline_and_nothing_foreign(client: Client) -> None:
    policy = set(client.get("/healthz")["Content-Security-Policy"].split("; "))
    own = {f"{kind}-src 'self'" for kind in ("script", "style", "img", "font", "connect")}
    nothing = {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"}
    assert policy == {*own, *nothing, "form-action 'self'"}


def test_admin_signs_in_through_the_common_door(client: Client, db: None) -> None:
    answer = client.get("/admin/", follow=False)
    assert answer.status_code == 302
    answer = client.get(answer["Location"])
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?")


def test_embedded_keeps_everything_in_one_folder(tmp_path: Path) -> None:
    done = manage("migrate", environment=bare_environment(VAR_DIR=str(tmp_path)))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kpiweb.sqlite3", "secret_key"]


def test_sqlite_writers_queue_and_readers_go_on(tmp_path: Path) -> None:
    ask = (
        "from django.db import connection as c; k = c.cursor();"
        "print([k.execute('PRAGMA ' + p).fetchone()[0] for p in ('journal_mode', 'busy_timeout', 'foreign_keys')],"
        " c.transaction_mode)"
    )
    done = manage("shell", "--no-imports", "-c", ask, environment=bare_environment(VAR_DIR=str(tmp_path)))
    assert done.stdout == "['wal', 30000, 1] IMMEDIATE\n", done.stderr
