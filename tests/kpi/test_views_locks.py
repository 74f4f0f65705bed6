"""The pages of a locked month: what locking means, who may, the banner, what moved since."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from kpi import locking
from kpi.models import MonthLock
from tests.cast import Cast, local, make_ticket, minutes
from tests.every_rule import make_types, metrics_of
from tests.kpi.months import done
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.delete import delete
from tickets.verbs.end import close
from tickets.verbs.reopen import reopen

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
LATER = local(4, 9, month=11)
PAGE = "/performance/2026-10/"


def words(answer: Any) -> str:
    """What a person reads on the page, on one line."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def read(client: Client, person: User, path: str = "") -> str:
    client.force_login(person)
    answer = client.get(f"{PAGE}{path}")
    assert answer.status_code == 200
    return words(answer)


def send(client: Client, person: User, path: str, **data: str) -> Any:
    client.force_login(person)
    return client.post(f"{PAGE}{path}", data)


@pytest.fixture
def locked(cast: Cast) -> dict[str, Ticket]:
    """October with a closed and an open ticket, locked by the admin."""
    tickets = {"closed": make_ticket(cast, status=Status.CLOSED), "open": make_ticket(cast, status=Status.PROGRESS)}
    locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    return tickets


def test_the_question_says_what_is_still_open_and_where(client: Client, cast: Cast) -> None:
    make_ticket(cast)
    make_ticket(cast, department=cast.other_department)
    make_ticket(cast, department=cast.other_department, status=Status.REJECTED, assignee=cast.other_agent)
    said = read(client, cast.admin, "lock/")
    assert "2 pieces of work of this month are still open." in said
    assert "Kenya / Finance: 1 Kenya / Operations: 1" in said
    assert MonthLock.objects.count() == 0


def test_an_admin_locks_and_the_report_says_who_did(client: Client, cast: Cast) -> None:
    make_ticket(cast, status=Status.CLOSED)
    answer = send(client, cast.admin, "lock/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert MonthLock.objects.values_list("month", "locked_by", "pending").get() == (OCTOBER, cast.admin.pk, 0)
    for person in (cast.admin, cast.manager, cast.lead, cast.assignee):
        assert "October 2026 was locked by Ada Admin. " in read(client, person)
    assert "No adjustments since" in words(client.get("/performance/?month=2026-10"))
    assert "October 2026 was locked by Ada Admin. " in words(client.get("/profile/performance/?month=2026-10"))


def test_what_cannot_be_locked_says_why(client: Client, cast: Cast, locked: dict[str, Ticket]) -> None:
    answer = send(client, cast.admin, "lock/")
    assert answer.status_code == 422
    assert "October 2026 is locked already, by Ada Admin." in words(answer)
    assert MonthLock.objects.count() == 1
    client.get("/performance/2099-01/lock/")
    future = client.post("/performance/2099-01/lock/")
    assert "January 2099 has not ended yet in Kenya." in words(future)
    assert MonthLock.objects.count() == 1


@pytest.mark.parametrize("who", ["manager", "lead", "assignee"])
def test_the_buttons_are_the_admins(client: Client, cast: Cast, who: str) -> None:
    make_ticket(cast, status=Status.CLOSED)
    for path, state in (("lock/", "live"), ("unlock/", "locked")):
        for person, shown in ((cast.admin, True), (getattr(cast, who), False)):
            client.force_login(person)
            assert (f'href="{PAGE}{path}"' in client.get(PAGE).content.decode()) == shown, (person, state)
        if state == "live":
            locking.lock(OCTOBER, actor=cast.admin, at=LATER)


def test_unlocking_wants_a_reason_and_shows_the_live_numbers(
    client: Client, cast: Cast, locked: dict[str, Ticket]
) -> None:
    close(locked["open"].pk, actor=cast.assignee, at=LATER)
    assert "1 adjustment since then becomes part of the numbers." in read(client, cast.admin, "unlock/")
    refused = send(client, cast.admin, "unlock/", reason=" ")
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"reason": ["Enter the reason for unlocking"]}
    assert "100.0" in read(client, cast.manager)
    assert send(client, cast.admin, "unlock/", reason="A holiday\nwas missing.").status_code == 302
    assert MonthLock.objects.get().unlock_reason == "A holiday was missing."
    said = read(client, cast.manager)
    assert ("was locked" in said, "50.0" in said) == (False, True)
    assert "This month is not locked." in words(send(client, cast.admin, "unlock/", reason="Again."))


def test_the_report_keeps_its_numbers_and_the_adjustments_stand_beside_it(
    client: Client, cast: Cast, locked: dict[str, Ticket]
) -> None:
    before = read(client, cast.manager)
    close(locked["open"].pk, actor=cast.assignee, at=LATER)
    after = read(client, cast.manager)
    assert after == before.replace("No adjustments since", "1 adjustment since")
    said = read(client, cast.manager, "adjustments/")
    assert "Issue, 5 October Asha Assignee, Kenya / Operations Still open 0.0 Ended after the month was locked" in said
    assert "Kenya / Operations 100.0 50.0" in said
    assert f"/profile/performance/item/{locked['open'].item_id}/" in client.get(f"{PAGE}adjustments/").content.decode()


def test_each_kind_of_adjustment_in_words(client: Client, cast: Cast) -> None:
    types = make_types(cast)
    moved, reopened = make_ticket(cast, assignee=cast.assignee), make_ticket(cast, status=Status.CLOSED)
    gone = make_ticket(cast)
    locking.lock(OCTOBER, actor=cast.admin, at=LATER)
    assign(moved.pk, to=cast.mate, actor=cast.admin, at=LATER)
    reopen(reopened.pk, actor=cast.assignee, at=LATER)
    delete(gone.pk, actor=cast.admin, at=LATER)
    done(types["uptime"], cast.assignee, metrics_of("uptime"), at=LATER)
    said = read(client, cast.admin, "adjustments/")
    place = "Kenya / Operations"
    for line in (
        f"Moses Mate, {place} Still open, Asha Assignee Still open, already late, Moses Mate Reassigned",
        f"Asha Assignee, {place} 100.0 Still open Re-opened",
        f"Issue, 5 October {place} Still open Not in the month Deleted or moved out of the month",
        f"Branch line Westlands, {place} Not in the month Downtime in minutes: 1440 Entered after the month was locked",
    ):
        assert line in said


def test_everybody_reads_what_is_theirs(client: Client, cast: Cast, locked: dict[str, Ticket]) -> None:
    close(locked["open"].pk, actor=cast.assignee, at=LATER)
    other = make_ticket(cast, department=cast.other_department, at=local(30, 9))
    assign(other.pk, to=cast.other_agent, actor=cast.admin, at=LATER)
    seen = {}
    for name in ("admin", "manager", "lead", "assignee", "mate", "other_agent"):
        client.force_login(getattr(cast, name))
        rows = client.get(f"{PAGE}adjustments/").context["rows"]
        seen[name] = {row.item.pk for row in rows}
    own, finance = locked["open"].item_id, other.item_id
    assert seen == {
        "admin": {own, finance}, "manager": {own, finance}, "lead": {own}, "assignee": {own}, "mate": set(),
        "other_agent": {finance},
    }  # fmt: skip


def test_the_history_of_a_month_stays(client: Client, cast: Cast, locked: dict[str, Ticket]) -> None:
    locking.unlock(OCTOBER, actor=cast.admin, at=LATER + minutes(1), reason="A holiday was missing.")
    said = read(client, cast.manager, "adjustments/")
    assert "This month is not locked, so its reports show the live numbers." in said
    assert "Locked by Ada Admin, 4 Nov 2026, 06:00 UTC (1 item was still open)." in said
    assert "Unlocked by Ada Admin, 4 Nov 2026, 06:01 UTC : A holiday was missing." in said


def test_the_admin_lists_who_locked_and_why_it_was_unlocked(
    client: Client, cast: Cast, locked: dict[str, Ticket]
) -> None:
    locking.unlock(OCTOBER, actor=cast.admin, at=LATER + minutes(1), reason="A holiday was missing.")
    client.force_login(cast.manager)
    said = client.get("/admin/kpi/monthlock/").content.decode()
    assert (said.count("Ada Admin"), "A holiday was missing." in said) == (2, True)
