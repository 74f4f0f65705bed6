"""Holidays of a country: compared first, written without touching days by hand, idempotent."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Country
from kpi import changes, holidays_import
from kpi.holidays_import import Choice, Kind, Line
from kpi.models import Change, ReplacedDay
from tests.cast import MASHUJAA_DAY, Cast, make_ticket

PAGE = "/admin/kpi/replacedday/import/"
YEAR = {"first_year": "2026", "last_year": "2026", "categories": "public"}
AT_THE_BEGINNING = datetime(2025, 12, 31, 9, tzinfo=UTC)
IN_NOVEMBER = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def kenya(cast: Cast) -> Country:
    return cast.country


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def of(country: Country, **changes: object) -> Choice:
    return Choice(**{"country": country, "years": (2026,), "categories": ("public",), **changes})  # type: ignore[arg-type]


def kinds(country: Country) -> dict[date, Kind]:
    return {line.date: line.kind for line in holidays_import.compare(of(country))}


def stored(country: Country) -> dict[date, tuple[str, str]]:
    rows = ReplacedDay.objects.filter(country=country)
    return {row.date: (row.name, row.source) for row in rows}


def write(country: Country) -> None:
    holidays_import.write(country, holidays_import.changing(holidays_import.compare(of(country))))


def test_a_comparison_tells_new_renamed_gone_and_kept_days(kenya: Country) -> None:
    imported = {"country": kenya, "source": "imported"}
    ReplacedDay.objects.create(date=date(2026, 12, 12), name="Jamhuri", **imported)
    ReplacedDay.objects.create(date=date(2026, 7, 7), name="Abolished Day", **imported)
    ReplacedDay.objects.create(date=date(2026, 12, 25), name="Half", windows=[["08:00", "12:00"]], **imported)
    ReplacedDay.objects.create(date=date(2026, 12, 26), name="Boxing Day", **imported)
    found = kinds(kenya)
    assert found[date(2026, 12, 12)] is Kind.RENAMED
    assert found[date(2026, 7, 7)] is Kind.GONE
    assert found[date(2026, 12, 25)] is Kind.KEPT
    assert found[MASHUJAA_DAY] is Kind.KEPT
    assert found[date(2026, 12, 26)] is Kind.SAME
    assert found[date(2026, 6, 1)] is Kind.NEW


def test_importing_twice_changes_nothing_and_leaves_days_by_hand(kenya: Country) -> None:
    by_hand = ReplacedDay.objects.create(country=kenya, date=date(2026, 8, 3), name="Company day")
    for _ in range(2):
        write(kenya)
    assert stored(kenya)[date(2026, 12, 25)] == ("Christmas Day", "imported")
    assert stored(kenya)[by_hand.date] == ("Company day", "manual")
    assert stored(kenya)[MASHUJAA_DAY] == ("Mashujaa Day", "manual")
    assert holidays_import.changing(holidays_import.compare(of(kenya))) == []


def test_other_years_and_countries_are_left_alone(kenya: Country) -> None:
    egypt = Country.objects.create(code="EG", name="Egypt", zone="Africa/Cairo")
    for country, day in ((kenya, date(2025, 7, 7)), (egypt, date(2026, 7, 7))):
        ReplacedDay.objects.create(country=country, date=day, name="Old", source="imported")
    write(kenya)
    assert ReplacedDay.objects.filter(name="Old").count() == 2


def test_subdivisions_and_categories_add_their_days() -> None:
    germany = Country(code="DE", name="Germany", zone="Europe/Berlin")
    assert ("BY", "Bayern, BY") in holidays_import.subdivisions(germany)
    whole, bavaria = holidays_import.published(of(germany)), holidays_import.published(of(germany, subdivision="BY"))
    assert date(2026, 1, 6) not in whole
    assert date(2026, 1, 6) in bavaria
    kenya = Country(code="KE", name="Kenya", zone="Africa/Nairobi")
    assert holidays_import.categories(kenya) == ("public", "hindu", "islamic")
    assert holidays_import.subdivisions(kenya) == []
    more = holidays_import.published(of(kenya, categories=("public", "hindu")))
    assert set(more) > set(holidays_import.published(of(kenya)))


def test_the_past_is_split_off_once_there_is_work_to_score(cast: Cast) -> None:
    before, after = Line(Kind.NEW, date(2026, 6, 1), "M"), Line(Kind.NEW, date(2026, 12, 12), "J")
    today = date(2026, 11, 25)
    assert holidays_import.split(cast.country, [before, after], today=today) == ([before, after], [])
    make_ticket(cast)
    assert holidays_import.split(cast.country, [before, after], today=today) == ([after], [before])
    assert holidays_import.split(cast.country, [after], today=date(2026, 12, 12)) == ([], [after])


@time_machine.travel(AT_THE_BEGINNING, tick=False)
def test_an_admin_looks_at_the_difference_then_imports_it(house: Client, cast: Cast) -> None:
    address = f"{PAGE}?country={cast.country.pk}&first_year=2026&last_year=2026&categories=public"
    page = house.get(address)
    assert ReplacedDay.objects.count() == 1
    assert page.context["counts"] == {"new": 10, "renamed": 0, "gone": 0, "kept": 1, "same": 0}
    done = house.post(address, {"seen": page.context["seen"]}, follow=True)
    assert "10 days of Kenya written." in done.content.decode()
    assert stored(cast.country)[date(2026, 12, 25)] == ("Christmas Day", "imported")
    again = house.get(address)
    assert again.context["counts"] == {"new": 0, "renamed": 0, "gone": 0, "kept": 1, "same": 10}
    assert "There is nothing to import." in again.content.decode()


@time_machine.travel(AT_THE_BEGINNING, tick=False)
def test_what_changed_since_it_was_looked_at_is_shown_again(house: Client, cast: Cast) -> None:
    address = f"{PAGE}?country={cast.country.pk}&first_year=2026&last_year=2026&categories=public"
    seen = house.get(address).context["seen"]
    ReplacedDay.objects.create(country=cast.country, date=date(2026, 12, 25), name="Open house")
    answer = house.post(address, {"seen": seen})
    assert answer.context["counts"]["new"] == 9
    assert ReplacedDay.objects.count() == 2


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_days_of_the_scored_past_become_a_change_to_look_at(house: Client, cast: Cast) -> None:
    make_ticket(cast)
    address = f"{PAGE}?country={cast.country.pk}&first_year=2026&last_year=2026&categories=public"
    page = house.get(address)
    assert "7 of these days lie in the past and may move scores" in page.content.decode()
    answer = house.post(address, {"seen": page.context["seen"]})
    change = Change.objects.get()
    assert answer["Location"] == f"/admin/kpi/change/{change.pk}/change/"
    assert (change.title, change.by, len(change.wanted)) == ("Published holidays of Kenya", cast.admin, 7)
    coming = {date(2026, 12, 12), date(2026, 12, 25), date(2026, 12, 26)}
    assert set(stored(cast.country)) == {MASHUJAA_DAY, *coming}
    changes.decide(change.pk, reason="The calendar of 2026", by=cast.admin, at=IN_NOVEMBER)
    while changes.go_on(change.pk, at=IN_NOVEMBER):
        pass
    assert len(stored(cast.country)) == 11
    assert holidays_import.changing(holidays_import.compare(of(cast.country))) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"categories": ""}, "Choose at least one kind of day"),
        ({"categories": "evil"}, "Choose kinds of days of the list"),
        ({"first_year": "1_000"}, "Enter a year from 2000 to 2100"),
        ({"last_year": "9999"}, "Enter a year from 2000 to 2100"),
        ({"last_year": "2025"}, "Enter a last year that is not before the first, and at most 10 years"),
        ({"last_year": "2036"}, "Enter a last year that is not before the first, and at most 10 years"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_words(
    house: Client, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    chosen = {key: value for key, value in {**YEAR, **changes}.items() if value}
    answer = house.get(PAGE, {"country": cast.country.pk, **chosen})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_country_without_published_days_says_so(house: Client, cast: Cast) -> None:
    nowhere = Country.objects.create(code="XX", name="Nowhere", zone="UTC")
    answer = house.get(PAGE, {"country": nowhere.pk}).content.decode()
    assert "There are no published holidays for Nowhere." in answer


def run(*words: str) -> str:
    out = StringIO()
    call_command("import_holidays", *words, stdout=out)
    return out.getvalue()


@time_machine.travel(AT_THE_BEGINNING, tick=False)
def test_the_command_says_what_it_would_do_then_does_it_once(kenya: Country) -> None:
    words = ("ke", "--from", "2026", "--to", "2026")
    assert "+ 2026-12-25 Christmas Day\n" in run(*words, "--dry-run")
    assert ReplacedDay.objects.count() == 1
    assert run(*words).endswith("Kenya: 10 days written.\n")
    assert run(*words).endswith("Kenya: 0 days written.\n")


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_the_command_leaves_scored_days_to_the_preview(cast: Cast) -> None:
    make_ticket(cast)
    said = run("KE", "--from", "2026", "--to", "2026")
    assert "Kenya: 3 days written." in said
    assert "7 days of the past may move scores" in said
    assert set(stored(cast.country)) == {MASHUJAA_DAY, date(2026, 12, 12), date(2026, 12, 25), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("QQ",), "There is no country QQ. Known: KE."),
        (("KE", "--from", "x"), "Enter a year from 2000 to 2100"),
        (("KE", "--category", "evil"), "Choose kinds of days of the list"),
    ],
)
def test_the_command_refuses_in_words(kenya: Country, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*words)
