"""An admin sees when somebody was last here, and noticing it costs next to nothing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from kpiweb import last_seen
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 10, 6, 12, tzinfo=UTC)


def visits(client: Client) -> list[str]:
    """The writes of one visit."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/accounts/").status_code == 200
    return [one["sql"] for one in asked if one["sql"].startswith("UPDATE")]


def test_a_visit_is_noted_once_in_a_quarter_of_an_hour(client: Client, cast: Cast) -> None:
    client.force_login(cast.submitter)
    assert visits(client) == [], "the sign-in just now says it already"
    User.objects.filter(pk=cast.submitter.pk).update(last_login=timezone.now() - timedelta(hours=1))
    before = timezone.now()
    assert len(visits(client)) == 1
    assert visits(client) == []
    cast.submitter.refresh_from_db()
    assert cast.submitter.last_seen is not None
    assert before <= cast.submitter.last_seen == cast.submitter.seen_at
    assert (cast.submitter.last_login or NOON) < before


def test_of_two_visits_at_once_one_writes(cast: Cast) -> None:
    other = User.objects.get(pk=cast.mate.pk)
    last_seen.note(cast.mate, at=NOON)
    last_seen.note(other, at=NOON + timedelta(seconds=1))
    cast.mate.refresh_from_db()
    assert cast.mate.last_seen == NOON
    last_seen.note(cast.mate, at=NOON + last_seen.KEPT)
    cast.mate.refresh_from_db()
    assert cast.mate.last_seen == NOON + last_seen.KEPT


def test_the_list_says_when_and_sorts_by_it(client: Client, cast: Cast) -> None:
    User.objects.update(last_login=None, last_seen=None)
    User.objects.filter(pk=cast.mate.pk).update(last_login=NOON, last_seen=NOON - timedelta(days=9))
    User.objects.filter(pk=cast.lead.pk).update(last_seen=NOON + timedelta(days=1))
    client.force_login(cast.admin)
    column = client.get("/admin/accounts/user/").context["cl"].list_display.index("seen")
    page = client.get("/admin/accounts/user/", {"o": f"-{column}"}).content.decode()
    told = re.findall(r'class="field-seen[^"]*">([^<]+)<', page)
    assert told[1:3] == ["7 Oct 2026, 12:00", "6 Oct 2026, 12:00"], "after the admin, who is here now"
    assert set(told[3:]) == {"never"}
