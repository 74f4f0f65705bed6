"""What waits stands at the top of the admin's index: how many, since when, where to go."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kpi.models import Change, DriftCheck, ItemImport
from kpiweb import waiting as module
from kpiweb.waiting import waiting
from notifications.models import MailStatus, OutgoingMail
from tests.cast import START, Cast, make_ticket, minutes

pytestmark = pytest.mark.django_db
LATER = START + timedelta(hours=2)


def told(cast: Cast, *, by: str = "admin", as_of: datetime = LATER) -> list[tuple[str, str, str]]:
    lines = waiting(getattr(cast, by), as_of=as_of)
    return [(one.count, one.words, one.detail.replace("\xa0", " ")) for one in lines]


def parked(n: int) -> None:
    facts = {"kind": "assigned", "recipient": "a@example.org", "recipient_key": "a@example.org", "text": "Hello"}
    for at in range(n):
        OutgoingMail.objects.create(
            **facts,
            event_key=f"e{at}",
            message_id=f"m{at}",
            subject="Hello",
            status=MailStatus.PARKED,
            next_try_at=START,
            created_at=START,
        )


def changed(cast: Cast, state: Change.State, **fields: Any) -> Change:
    return Change.objects.create(**{"title": "Stricter", "state": state, "by": cast.admin, "at": START, **fields})


def uploaded(cast: Cast, state: ItemImport.State, **fields: Any) -> ItemImport:
    facts = {"name": "october.xlsx", "digest": "0", "by": cast.admin, "at": START, "state": state}
    return ItemImport.objects.create(**{**facts, **fields})


def test_nothing_waits(cast: Cast) -> None:
    assert told(cast) == []


def test_pending_tickets_tell_the_age_of_the_oldest(cast: Cast) -> None:
    make_ticket(cast, at=START + minutes(30))
    make_ticket(cast, at=START)
    assert told(cast) == [("2", "pending tickets", "the oldest for 2 hours")]


def test_parked_mails_drift_changes_and_imports_wait_too(cast: Cast) -> None:
    parked(1)
    DriftCheck.objects.create(started_at=START, compared=9, differing=3, mended=True)
    for state in Change.State:
        changed(cast, state)
    for file_state in ItemImport.State:
        uploaded(cast, file_state)
    changes = [
        ("1", "change of the past", "failed"),
        ("1", "change of the past", "waiting for a decision"),
        ("1", "change of the past", "the preview is being made"),
        ("1", "change of the past", "being applied"),
    ]
    seen = [
        ("1", "parked mail", "not sent until somebody tries again"),
        ("3", "scores differed from their rebuild", "at the last check"),
        *changes,
    ]
    files = [("1", "Excel import", "failed"), ("1", "Excel import", "ready to import")]
    assert told(cast) == seen + files
    assert told(cast, by="manager") == seen, "management cannot open a file"


def test_what_failed_long_ago_waits_no_longer_but_what_is_undecided_does(cast: Cast) -> None:
    changed(cast, Change.State.FAILED)
    changed(cast, Change.State.PREVIEWED)
    uploaded(cast, ItemImport.State.FAILED)
    assert told(cast, as_of=START + timedelta(days=15)) == [("1", "change of the past", "waiting for a decision")]


def test_a_pile_is_counted_up_to_a_limit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    parked(4)
    assert told(cast) == [("2+", "parked mails", "not sent until somebody tries again")]


@pytest.mark.parametrize("name", ["admin", "manager"])
def test_every_line_leads_to_what_it_counts(client: Client, cast: Cast, name: str) -> None:
    make_ticket(cast)
    parked(1)
    DriftCheck.objects.create(started_at=START, compared=9, differing=3, mended=True)
    changed(cast, Change.State.PREVIEWED)
    uploaded(cast, ItemImport.State.CHECKED, at=timezone.now())
    client.force_login(getattr(cast, name))
    lines = client.get("/admin/").context["waiting"]
    assert len(lines) == (5 if name == "admin" else 4)
    assert {one.words: client.get(one.url).status_code for one in lines} == {one.words: 200 for one in lines}
