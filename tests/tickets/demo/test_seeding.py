from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Country, Department, Role, User
from kpi import calendars, cells
from kpi.basis import Loaded
from kpi.models import Clock, KpiItem, Span
from notifications.models import OutgoingMail
from tests.cast import Cast
from tickets.demo import people, places, seeding, story
from tickets.demo.archive import Archive
from tickets.demo.own_work import Entry
from tickets.demo.progress import current
from tickets.demo.stage import Stage
from tickets.models import DemoRun, Ticket, TicketEvent

AS_OF = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """The mark of a running demo stays here."""
    settings.VAR_DIR = tmp_path


@pytest.fixture(autouse=True)
def _few_recent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bulk path is quick; each recent ticket costs a dozen verbs."""
    monkeypatch.setattr(story, "RECENT", 6)


def seeded() -> None:
    assert seeding.seed_recent(as_of=AS_OF, seed=1)


def test_the_recent_weeks_then_the_older_months(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    seeded()
    assert Ticket.objects.filter(kind="intake").count() == story.RECENT == 60
    recent = Ticket.objects.count()
    before = current()
    assert before is not None
    assert (before.done, before.percent) == (0, 0)
    assert seeding.seed_older()
    assert Ticket.objects.count() == recent + before.total
    assert current() is None
    assert cells.drift() == []
    call_command("rebuild_scores", "--check", stdout=StringIO())
    _holds_every_state()
    _is_half_a_year_in_the_order_of_its_numbers()
    # Nobody is written to.
    assert set(OutgoingMail.objects.values_list("status", "last_error")) == {("suppressed", seeding.NOT_SENT)}


def _holds_every_state() -> None:
    states = Counter(Ticket.objects.values_list("status", flat=True))
    assert set(states) == {"new", "progress", "closed", "rejected"}
    assert states.total() > 900
    assert Ticket.objects.filter(status="new", assignee=None).exists()
    assert Ticket.objects.filter(reopen_count__gt=0).exists()
    assert KpiItem.objects.filter(breached=True).exists()
    reasons = set(KpiItem.objects.exclude(not_counted="").values_list("not_counted", flat=True))
    assert reasons == {"pending", "rejected", "off_day", "withdrawn"}


def _is_half_a_year_in_the_order_of_its_numbers() -> None:
    times = list(Ticket.objects.order_by("pk").values_list("submitted_at", flat=True))
    assert times == sorted(times)
    assert times[-1] - times[0] > timedelta(days=175)


def test_countries_differ_in_zone_and_weekend_and_have_real_holidays() -> None:
    seeded()
    days = [date(2026, 11, day) for day in range(16, 23)]
    weekends = {}
    for country in Country.objects.all():
        calendar = calendars.for_department(country.departments.first())
        weekends[country.code] = {day.weekday() for day in days if calendar.off_day(day)}
        assert country.replaced_days.filter(date__year=2026).count() >= 8
    assert weekends == {"KE": {5, 6}, "ID": {6}, "EG": {4, 5}}
    assert Country.objects.values("zone").distinct().count() == 3
    assert {desk.preset for desk in places.DESKS} == {
        "kpi-web",
        "client-portal",
        "partner-helpdesk",
        "service-desk",
    }
    assert Department.objects.count() == len(places.DESKS)


def test_everybody_can_sign_in(client: Any) -> None:
    seeded()
    assert set(User.objects.values_list("role", flat=True)) == set(Role)
    for person in (people.STAFF[0], people.CLIENTS[0]):
        assert client.login(email=person.email, password=people.PASSWORD)


def test_the_same_day_and_seed_tell_the_same_story() -> None:
    seeded()
    told = [_plain(plot) for plot in _plots(1)]
    assert told == [_plain(plot) for plot in _plots(1)]
    assert told != [_plain(plot) for plot in _plots(2)]


def test_bulk_rows_equal_those_of_the_verbs() -> None:
    """The older months are what the verbs would have written, except mails and the sweep's breach marks."""
    seeded()
    run = Ticket.objects.earliest("pk").pk
    plots = _plots(3)[-600::15]
    numbers = range(run + 10_000, run + 10_000 + len(plots))
    Archive(Stage(), Loaded.stored()).write(list(zip(numbers, plots, strict=True)), as_of=AS_OF)
    stage = Stage()
    for number, plot in zip(numbers, plots, strict=True):
        assert _rows(Ticket.objects.get(pk=number)) == _rows(stage.play(plot)), plot
    assert cells.drift() == []


def test_every_page_says_how_far_it_is_until_it_is_done(client: Any) -> None:
    assert b"demo" not in client.get("/intake").content.lower()
    seeded()
    page = client.get("/intake").content.decode()
    assert f"0 of {DemoRun.objects.get().older_total}" in page
    seeding.seed_older()
    assert "demo" not in client.get("/intake").content.decode().lower()


def test_repeating_it_is_harmless_and_an_interrupted_one_goes_on() -> None:
    seeded()

    def pull_the_plug(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seeding.seed_older(pull_the_plug)
    half = current()
    assert half is not None
    assert half.done == seeding.BATCH
    seeding.seed_older()
    total = Ticket.objects.count()
    assert (seeding.seed_recent(as_of=AS_OF, seed=9), seeding.seed_older()) == (False, False)
    assert Ticket.objects.count() == total
    assert cells.drift() == []


def test_a_database_with_real_people_is_left_alone(cast: Cast) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError, match="not from the demo"):
        call_command("seed_demo", stdout=StringIO())
    assert (User.objects.count(), Ticket.objects.count()) == (before, 0)


def test_the_command_names_the_people() -> None:
    out = StringIO()
    call_command("seed_demo", "--today", "2026-11-18", "--recent-only", stdout=out)
    assert people.PASSWORD in out.getvalue()
    assert all(person.email in out.getvalue() for person in (*people.STAFF, *people.CLIENTS))


def _plots(seed: int) -> list[story.Told]:
    return story.tell(as_of=AS_OF, seed=seed, calendars=seeding._calendars())


def _plain(plot: story.Told) -> tuple[object, ...]:
    if isinstance(plot, Entry):
        return (plot.desk.code, plot.type, plot.agent.email, plot.submitted_at, plot.description, plot.metrics)
    return (plot.desk.code, plot.case, plot.requester.email, plot.priority, plot.submitted_at, tuple(plot.steps))


def _rows(ticket: Ticket) -> dict[str, object]:
    """All rows of a ticket without what names them."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    own = ("id", "_state", "reference", "item_id", "ticket_id", "number", "clock_id", "breached_at", "breached")
    events = TicketEvent.objects.filter(ticket=ticket).order_by("pk")
    clocks = Clock.objects.filter(item=ticket.item_id).order_by("kind")
    spans = Span.objects.filter(clock__item=ticket.item_id).order_by("clock__kind", "start", "run", "pk")
    return {
        name: [{key: value for key, value in row.__dict__.items() if key not in own} for row in rows]
        for name, rows in {
            "ticket": [ticket],
            "item": [KpiItem.objects.get(pk=ticket.item_id)],
            "events": events,
            "clocks": clocks,
            "spans": spans,
        }.items()
    }
