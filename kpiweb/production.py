"""What a production installation must have; whatever is missing or insecure stops the start and is named."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

SHORTEST_KEY = 50
MAKE_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
FEWEST_DIFFERENT_CHARACTERS = 20


def faults(
    *,
    debug: bool,
    secret_key: str,
    allowed_hosts: Sequence[str],
    site_url: str,
    database: Mapping[str, Any],
    redis_url: str,
    email_url: str,
) -> list[str]:
    """One sentence for each setting that production must not start with, each opening with the setting's name."""
    host = urlsplit(site_url).hostname or ""
    found = [
        (debug, "DEBUG must be off: its pages show settings and data to anybody."),
        (not secret_key, "SECRET_KEY is missing."),
        (
            bool(secret_key) and _is_guessable(secret_key),
            f"SECRET_KEY can be guessed: use {SHORTEST_KEY} or more random characters, for example from {MAKE_KEY}.",
        ),
        (not allowed_hosts, "ALLOWED_HOSTS is missing: name the hosts that this site answers to."),
        (
            any("*" in name for name in allowed_hosts),
            "ALLOWED_HOSTS must name the hosts, * would let a stranger choose the host.",
        ),
        (not site_url.startswith("https://") or not host, "SITE_URL must start with https://."),
        (
            bool(allowed_hosts and host) and not any(_covers(name, host) for name in allowed_hosts),
            "SITE_URL names a host that is not in ALLOWED_HOSTS.",
        ),
        (not database, "DATABASE_URL is missing: production needs PostgreSQL."),
        (
            bool(database) and database.get("ENGINE") != "django.db.backends.postgresql",
            "DATABASE_URL must name a PostgreSQL database.",
        ),
        (not redis_url, "REDIS_URL is missing: background work needs a broker."),
        (not email_url, "EMAIL_URL is missing: without it mails would only be written to files."),
    ]
    return [sentence for wrong, sentence in found if wrong]


def _is_guessable(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_DIFFERENT_CHARACTERS or key.startswith("django-insecure-")


def _covers(name: str, host: str) -> bool:
    return host == name.lower() or (name.startswith(".") and f".{host}".endswith(name.lower()))
