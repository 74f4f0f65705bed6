import secrets
from typing import Any

import pytest

from kpiweb.production import faults
from tests.servers.product import bare_environment, manage

GOOD: dict[str, Any] = {
    "debug": False,
    "secret_key": "kY3-r8fJq0ZpLx5VtWm2NdBcHs7GuEa9RiTo4KyFgQwXzPvCjDlS6hM1nUbOeA",
    "allowed_hosts": ["kpi.example.com"],
    "site_url": "https://kpi.example.com",
    "database": {"ENGINE": "django.db.backends.postgresql"},
    "redis_url": "redis://localhost",
    "email_url": "smtp://localhost",
}


def test_a_sound_installation_has_no_faults() -> None:
    assert faults(**GOOD) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"debug": True}, "DEBUG"),
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"secret_key": "a" * 80}, "SECRET_KEY"),
        ({"secret_key": "django-insecure-" + str(GOOD["secret_key"])}, "SECRET_KEY"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ["kpi.example.com", "*"]}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ["other.example.com"]}, "SITE_URL"),
        ({"site_url": "http://kpi.example.com"}, "SITE_URL"),
        ({"site_url": ""}, "SITE_URL"),
        ({"site_url": "https://"}, "SITE_URL"),
        ({"database": {}}, "DATABASE_URL"),
        ({"database": {"ENGINE": "django.db.backends.sqlite3"}}, "DATABASE_URL"),
        ({"redis_url": ""}, "REDIS_URL"),
        ({"email_url": ""}, "EMAIL_URL"),
    ],
)
def test_each_fault_opens_with_the_name_of_its_setting(change: dict[str, Any], named: str) -> None:
    found = faults(**{**GOOD, **change})
    assert [sentence.split(" ")[0] for sentence in found] == [named]


def test_a_leading_dot_covers_subdomains() -> None:
    assert faults(**{**GOOD, "allowed_hosts": [".example.com"]}) == []
    assert faults(**{**GOOD, "allowed_hosts": [".ample.com"]}) != []


def test_the_key_itself_is_never_shown() -> None:
    assert "hunter2" not in " ".join(faults(**{**GOOD, "secret_key": "hunter2"}))


PRODUCTION = {
    "SITE_URL": "https://kpi.example.com",
    "ALLOWED_HOSTS": "kpi.example.com",
    "DATABASE_URL": "postgresql://kpiweb@127.0.0.1:1/kpiweb",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "SECRET_KEY": secrets.token_urlsafe(64),
}


def test_deployment_check_is_clean() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", environment=bare_environment(**PRODUCTION))
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (2 silenced).\n"), done.stderr


@pytest.mark.parametrize("trigger", ["SITE_URL", "DATABASE_URL"])
def test_one_production_setting_is_enough_to_be_production(trigger: str) -> None:
    done = manage("check", environment=bare_environment(**{trigger: PRODUCTION[trigger]}))
    assert done.returncode == 1
    assert "SECRET_KEY is missing." in done.stderr
    assert "Traceback" not in done.stderr


def test_every_fault_is_said_at_once() -> None:
    done = manage("serve", environment=bare_environment(KPIWEB_ENV="production"))
    assert done.returncode == 1
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        assert f"\n  {name} " in done.stderr


def test_a_web_server_refuses_too() -> None:
    done = manage("shell", "-c", "import kpiweb.wsgi", environment=bare_environment(KPIWEB_ENV="production", DEBUG="1"))
    assert done.returncode == 1
    assert "DEBUG must be off" in done.stderr


def test_embedded_may_use_a_real_database() -> None:
    done = manage("check", environment=bare_environment(KPIWEB_ENV="embedded", DATABASE_URL=PRODUCTION["DATABASE_URL"]))
    assert done.returncode == 0, done.stderr
