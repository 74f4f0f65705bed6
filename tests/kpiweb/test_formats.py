"""Dates in figures are written as the site settings say, wherever a page shows one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from accounts.models import Country, SiteSettings
from accounts.models.site import read_once
from kpi.models import UptimeUnit
from kpiweb.formats.chosen import SHORT
from tests.cast import START, Cast, make_ticket
from tickets.states import Status

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 10, 47, tzinfo=UTC)
WRITTEN = {
    "j M Y": ("4 Mar 2026", "4 Mar"),
    "d/m/Y": ("04/03/2026", "04/03"),
    "d.m.Y": ("04.03.2026", "04.03."),
    "m/d/Y": ("03/04/2026", "03/04"),
    "Y-m-d": ("2026-03-04", "03-04"),
}


def choose(shape: str) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"date_format": shape})


def shown(text: str) -> str:
    return Template("{% load ui %}" + text).render(Context({"at": AT}))


def test_every_format_has_one_without_the_year() -> None:
    assert set(SHORT) == set(Country.DateFormat.values) == set(WRITTEN)


@pytest.mark.parametrize("shape", WRITTEN)
def test_dates_and_moments_follow_the_site(shape: str) -> None:
    choose(shape)
    day, short = WRITTEN[shape]
    assert (date_format(AT), date_format(AT, "DATETIME_FORMAT")) == (day, f"{day}, 10:47")
    assert date_format(AT, "MONTH_DAY_FORMAT") == short
    assert f">{day}, 10:47 UTC</time>" in shown("{% when at %}")
    assert f">{day}</time>" in shown('{% when at "date" %}')
    assert f">{short}, 10:47</time>" in shown('{% when at "short" %}')


def test_what_spells_a_date_out_stays_in_words() -> None:
    choose("m/d/Y")
    assert 'title="4 March 2026, 10:47 UTC"' in shown("{% when at %}")


def test_without_settings_it_is_day_and_month() -> None:
    assert date_format(AT) == "4 Mar 2026"


def test_one_request_reads_the_settings_once(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries, read_once():
        assert [date_format(AT) for _time in range(3)] == ["4 Mar 2026"] * 3
        SiteSettings.load()
    assert len(queries) == 1


def test_the_next_request_sees_what_was_saved() -> None:
    with read_once():
        date_format(AT)
        choose("Y-m-d")
        assert (SiteSettings.load().date_format, SiteSettings.stored().date_format) == ("j M Y", "Y-m-d")
    with read_once():
        assert date_format(AT) == "2026-03-04"


def test_pages_of_all_kinds_follow(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.PROGRESS)
    choose("d/m/Y")
    assert "05/10/2026, " in client.get(f"/intake/status/{ticket.reference}").content.decode()
    client.force_login(cast.assignee)
    assert "05/10, " in client.get(f"/tickets/{ticket.reference}/").content.decode()
    client.force_login(cast.admin)
    assert "05/10/2026, " in client.get("/admin/tickets/ticket/").content.decode()


def test_django_hands_its_own_formats_to_scripts_as_before(client: Client, cast: Cast) -> None:
    choose("d/m/Y")
    client.force_login(cast.admin)
    answer = client.get("/admin/jsi18n/")
    assert (answer.status_code, '"DATE_FORMAT": "j M Y"' in answer.content.decode()) == (200, True)


@pytest.mark.parametrize(("own", "written"), [("", "2026-10-05"), ("d.m.Y", "05.10.2026")])
def test_a_country_has_its_own_for_the_dates_of_its_tickets(client: Client, cast: Cast, own: str, written: str) -> None:
    choose("Y-m-d")
    Country.objects.update(date_format=own)
    ticket = make_ticket(cast, status=Status.PROGRESS, at=START)
    client.force_login(cast.assignee)
    assert f"In Kenya: {written}" in client.get(f"/tickets/{ticket.reference}/").content.decode()


def test_a_site_date_format_that_is_none_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    page: Any = "/admin/accounts/sitesettings/1/change/"
    initial = client.get(page).context["adminform"].form.initial
    form = {name: value for name, value in initial.items() if value not in (None, False)}
    answer = client.post(page, {**form, "date_format": "H:i"})
    assert answer.context["adminform"].form.errors == {"date_format": ["Choose one from the list."]}


TYPED = ("2026-12-05", "5.12.2026", "5 Dec 2026", "December 5, 2026")


@pytest.mark.parametrize(
    ("shape", "strokes"),
    [("j M Y", ()), ("Y-m-d", ()), ("d.m.Y", ()), ("d/m/Y", ("05/12/2026", "5/12/2026")), ("m/d/Y", ("12/05/2026",))],
)
def test_a_typed_date_is_read_as_the_site_writes_it_or_not_at_all(
    cast: Cast, client: Client, shape: str, strokes: tuple[str, ...]
) -> None:
    """Twelve strokes five is another day in another country; where the site does not say which, it is refused."""
    choose(shape)
    client.force_login(cast.admin)
    for number, typed in enumerate({*TYPED, *strokes, "05/12/2026", "12/05/2026"}):
        sent = {
            "department": cast.department.pk,
            "name": f"Line {typed}",
            "code": f"line-{number}",
            "active_from": typed,
        }
        client.post("/admin/kpi/uptimeunit/add/", sent)
    read = dict(UptimeUnit.objects.filter(name__startswith="Line ").values_list("name", "active_from"))
    assert read == {f"Line {typed}": date(2026, 12, 5) for typed in {*TYPED, *strokes}} | other_strokes(shape)


def other_strokes(shape: str) -> dict[str, date]:
    """The twelfth of May, where the two numbers are read the other way round."""
    other = {"d/m/Y": "12/05/2026", "m/d/Y": "05/12/2026"}.get(shape)
    return {f"Line {other}": date(2026, 5, 12)} if other else {}
