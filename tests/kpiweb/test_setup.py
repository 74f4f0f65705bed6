"""manage.py setup: from nothing to a site that takes tickets, again without harm, and never with nonsense."""

import getpass
import io
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from accounts import lands
from accounts.models import Country, Department, Role, SettingsChange, User
from kpi import types
from kpi.engine.rules import RULES
from kpi.models import DepartmentType, KpiGroup, KpiType, ReplacedDay, TypeVersion, WorkingHours
from kpiweb.doctor import data
from kpiweb.setting_up.catalogues import catalogues
from kpiweb.setting_up.hours import week_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "an uncommon long one"
GIVEN = {"admin_email": "Boss@Acme.Example", "admin_name": "Bea Boss", "country": "kenya"}


def run(**options: Any) -> str:
    """What setup says, asking nothing."""
    said = io.StringIO()
    call_command("setup", no_input=True, stdout=said, **{**GIVEN, **options})
    return said.getvalue()


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    return str(path)


def test_an_empty_database_becomes_a_site_that_takes_tickets(password_file: str) -> None:
    said = run(admin_password_file=password_file, catalogues="support, internal-control uptime")
    admin = User.objects.get()
    assert (admin.email, admin.role, admin.check_password(PASSWORD)) == ("boss@acme.example", Role.ADMIN, True)
    assert list(admin.emailaddress_set.values_list("email", "verified", "primary")) == [(admin.email, True, True)]
    country = Country.objects.get()
    assert (country.code, country.name, country.zone) == ("KE", "Kenya", "Africa/Nairobi")
    assert WorkingHours.objects.get().week == {str(day): [["08:00", "17:00"]] for day in range(5)}
    department = Department.objects.get()
    assert (department.code, department.accepts_intake) == ("ke-support", True)
    assert {type_.rule for type_ in KpiType.objects.all()} == set(RULES)
    today = date.today()  # noqa: DTZ011 - the command's own day; setup counts from January anyway
    assert [type_.code for type_ in types.used_by(department, on=today)] != []
    assert set(DepartmentType.objects.filter(intake=True).values_list("type__code", flat=True)) == {
        "issue",
        "request",
        "change",
    }
    assert ReplacedDay.objects.filter(name="Jamhuri Day", source="imported").exists()
    assert f"made   admin {admin.email}" in said
    assert "/help/admin/#first-steps" in said
    assert {finding.level for finding in data.content()} == {"OK"}


def test_running_it_again_changes_nothing(password_file: str) -> None:
    run(admin_password_file=password_file)
    before = SettingsChange.objects.count()
    said = run(zone="Africa/Nairobi", hours="24x7", preset="service-desk")
    assert SettingsChange.objects.count() == before
    assert [line for line in said.splitlines() if line.startswith("made")] == []
    assert User.objects.get().check_password(PASSWORD)
    assert Department.objects.get().acknowledge_stops_response is False


def test_a_second_country_and_department_are_added_beside_the_first() -> None:
    run()
    run(
        country="ID",
        zone="asia/jakarta",
        department="Field Service",
        hours="Mon-Thu 08:00-12:00,13:00-17:00; Fri 8:00-11:30",
    )
    assert list(Department.objects.values_list("code", flat=True)) == ["id-field-service", "ke-support"]
    assert WorkingHours.objects.get(country__code="ID").week["4"] == [["08:00", "11:30"]]
    assert KpiType.objects.filter(code="issue").count() == 1
    assert DepartmentType.objects.filter(type__code="issue").count() == 2


def test_what_is_there_already_keeps_its_own_ways(cast: Cast) -> None:
    said = run(country="KE", department="Operations", catalogues="support")
    assert "there  department Kenya / Operations" in said
    assert TypeVersion.objects.filter(type=cast.issue).count() == 1
    assert KpiGroup.objects.filter(name="Issue").count() == 1


def test_without_a_password_the_admin_asks_for_a_link() -> None:
    assert "by “I forgot my password”" in run()
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"admin_email": "boss"}, "--admin-email: “boss” is not a mail address."),
        ({"admin_email": None}, "--admin-email: is missing."),
        ({"admin_name": "a\nb"}, "--admin-name: Enter your name on one line"),
        ({"country": "Atlantis"}, "--country: “Atlantis” is no country."),
        ({"zone": "Mars/Olympus"}, "--zone: “Mars/Olympus” is no time zone of Kenya. It has Africa/Nairobi."),
        ({"country": "ID"}, "--zone: is missing."),
        ({"hours": "Mon-Fri"}, "--hours: “mon-fri” cannot be read."),
        ({"hours": "Mon 09:00-08:00, 07:00-10:00"}, "--hours: These hours cannot be used"),
        ({"department": "!!!"}, "--department: Give the department a name of letters"),
        ({"preset": "chaos"}, "--preset: “chaos” is no preset."),
        ({"catalogues": "support fun"}, "--catalogues: “fun” is no catalogue."),
        ({"holidays": "perhaps"}, "--holidays: “perhaps” is neither yes nor no."),
        ({"admin_password_file": "/no/such/file"}, "--admin-password-file cannot be read"),
    ],
)
def test_nonsense_is_refused_in_words_and_nothing_is_written(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run(**options)
    assert sentence in str(refusal.value)
    assert (User.objects.count(), Country.objects.count(), KpiType.objects.count()) == (0, 0, 0)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(CommandError) as refusal:
        run(admin_email="boss", hours="never", preset="chaos")
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()] == ["--admin-email", "--hours", "--preset"]


def test_a_weak_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("short")
    with pytest.raises(CommandError, match="too short"):
        run(admin_password_file=str(path))


def test_somebody_with_another_role_is_not_made_admin_by_the_way(cast: Cast) -> None:
    with pytest.raises(CommandError, match="has an account as Agent"):
        run(admin_email=cast.mate.email)


def test_migrations_come_first() -> None:
    MigrationRecorder(connection).record_unapplied("kpiweb", "0001_cache_table")
    with pytest.raises(CommandError, match=r"First: python manage\.py migrate"):
        run()


def test_on_a_terminal_it_asks_and_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["boss", "boss@acme.example", "Bea Boss", "Kenya", "", "", "Help Desk", "client-portal", "none", "no"])
    secrets = iter(["short", PASSWORD, "another", PASSWORD, PASSWORD])
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda words: asked.append(words) or next(typed))
    monkeypatch.setattr(getpass, "getpass", lambda words: next(secrets))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    said = io.StringIO()
    call_command("setup", stdout=said)
    assert "“boss” is not a mail address." in said.getvalue()
    assert "The two are not the same." in said.getvalue()
    assert "Time zone [Africa/Nairobi]: " in asked
    assert User.objects.get().check_password(PASSWORD)
    assert Department.objects.get().clients_close is True
    assert (KpiType.objects.count(), ReplacedDay.objects.count()) == (0, 0)


def test_stopping_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(words: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", stop)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("setup")
    assert User.objects.count() == 0


def test_every_ready_made_type_suits_its_rule() -> None:
    for catalogue in catalogues().values():
        for ready in catalogue.types:
            assert RULES[ready.rule].validate_parameters(ready.parameters) == {}, ready.code
    codes = [ready.code for catalogue in catalogues().values() for ready in catalogue.types]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("words", "week"),
    [
        ("24x7", {str(day): [["00:00", "00:00"]] for day in range(7)}),
        ("Sun-Thu 9:00-17:00", {day: [["09:00", "17:00"]] for day in "60123"}),
        ("Sat, Sun 22:00-06:00", {day: [["22:00", "06:00"]] for day in "56"}),
        ("Monday-Tuesday 08:00-24:00", {day: [["08:00", "00:00"]] for day in "01"}),
    ],
)
def test_hours_are_read_as_people_write_them(words: str, week: dict[str, Any]) -> None:
    assert week_of(words) == week


@pytest.mark.parametrize(
    "words", ["", "Mon", "Mon 8-17", "Mon 25:00-26:00", "Mon 08:00-17:00; Mon 08:00-12:00", "Foo 08:00-09:00"]
)
def test_what_are_no_hours_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r".+\."):
        week_of(words)


def test_countries_and_zones_come_from_the_zone_data() -> None:
    assert (lands.code_of("ke"), lands.code_of("EGYPT"), lands.code_of("x")) == ("KE", "EG", "")
    assert lands.zones()["KE"] == ("Africa/Nairobi",)
    assert "Asia/Jakarta" in lands.zones()["ID"]
