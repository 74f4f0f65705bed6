from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from kpiweb.health import readiness
from notifications.models import MailStatus, OutgoingMail

READY = {"ready": True, "database": "ok", "migrations": "ok", "cache": "ok", "oldest_unsent_mail": None}


def test_healthz_needs_no_database(client: Client) -> None:
    # Without the db fixture a query would raise.
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_of_a_complete_product(client: Client, db: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, READY)


def test_readyz_tells_a_pending_migration(client: Client, db: None) -> None:
    MigrationRecorder(connection).record_unapplied("kpiweb", "0001_cache_table")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "pending")


@pytest.mark.django_db(transaction=True)
def test_readyz_tells_an_unreachable_database(client: Client, monkeypatch: Any) -> None:
    connection.close()
    # Port 1 refuses; SQLite has no port, its file is in a folder that does not exist.
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict, "NAME", "/no/such/folder/database")
    answer = client.get("/readyz")
    monkeypatch.undo()
    connection.close()
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "database": "unreachable",
        "migrations": "unknown",
        "cache": "unknown",
        "oldest_unsent_mail": None,
    }


def test_age_of_the_oldest_unsent_mail(db: None) -> None:
    now = timezone.now()
    for age, status in ((500, MailStatus.SENT), (90, MailStatus.PENDING), (30, MailStatus.SENDING)):
        OutgoingMail.objects.create(
            kind="reply",
            event_key=f"event:{age}",
            recipient="a@example.com",
            recipient_key="a@example.com",
            subject="s",
            text="t",
            message_id=f"<{age}@example.com>",
            status=status,
            next_try_at=now,
            created_at=now - timedelta(seconds=age),
        )
    assert readiness(as_of=now)["oldest_unsent_mail"] == 90


def test_only_reading(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
