"""Audit rows of changes to many rows, and an audit row in words."""

from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from accounts import audit, audit_words
from accounts.models import Contract, Department, SettingsChange, SiteSettings, User
from kpi.models import ReplacedDay, TypeVersion, WorkingHours
from tests.cast import START, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(cast: Cast) -> Cast:
    """The cast, and an empty audit log."""
    SettingsChange.objects.all().delete()
    return cast


def last() -> SettingsChange:
    return SettingsChange.objects.latest("pk")


def words(change: SettingsChange) -> list[str]:
    return [str(line) for line in audit_words.lines(change)]


def test_a_change_of_many_rows_is_written_down_row_by_row(fresh: Cast) -> None:
    people = User.objects.filter(pk__in=[fresh.mate.pk, fresh.assignee.pk, fresh.gone.pk])
    assert audit.update(people, actor=fresh.admin, at=START, is_active=False) == 2
    rows = SettingsChange.objects.order_by("object_repr").values_list(
        "object_repr", "actor__name", "changes", "timestamp"
    )
    assert list(rows) == [
        ("Asha Assignee", "Ada Admin", {"is_active": [True, False]}, START),
        ("Moses Mate", "Ada Admin", {"is_active": [True, False]}, START),
    ]
    assert not people.filter(is_active=True).exists()


def test_a_thousand_rows_and_more_are_written_in_batches(fresh: Cast, django_assert_max_num_queries: Any) -> None:
    ReplacedDay.objects.bulk_create(
        ReplacedDay(country=fresh.country, date=date.fromordinal(700_000 + n), name=f"Day {n}") for n in range(1500)
    )
    with django_assert_max_num_queries(40):
        assert audit.update(ReplacedDay.objects.all(), actor=fresh.admin, at=START, name="Off") == 1501
    assert SettingsChange.objects.count() == 1501


def test_rows_made_at_once_are_written_down_as_well(fresh: Cast) -> None:
    day = ReplacedDay(country=fresh.country, date=date(2026, 12, 12), name="Jamhuri Day")
    audit.create([day], actor=None, at=START)
    assert (ReplacedDay.objects.filter(name="Jamhuri Day").count(), last().object_repr) == (1, str(day))
    assert (audit_words.who(last()), last().action) == ("System", SettingsChange.Action.CREATE)
    assert "Name: – → Jamhuri Day" in words(last())


def test_what_is_saved_for_somebody_in_the_background_bears_their_name(fresh: Cast) -> None:
    fresh.country.name = "Kenia"
    with audit.acting_as(fresh.admin):
        fresh.country.save()
    assert (audit_words.who(last()), words(last())) == ("Ada Admin", ["Name: Kenya → Kenia"])
    fresh.country.name = "Kenya"
    fresh.country.save()
    assert audit_words.who(last()) == "System"


def test_saving_what_did_not_change_writes_nothing(fresh: Cast) -> None:
    fresh.department.save()
    fresh.mate.save()
    assert SettingsChange.objects.count() == 0


def test_relations_are_named_and_choices_are_words(fresh: Cast) -> None:
    fresh.mate.department, fresh.mate.role = fresh.other_department, "agent"
    fresh.mate.save()
    assert words(last()) == ["Department: Kenya / Operations → Kenya / Finance"]
    fresh.mate.role = "management"
    fresh.mate.save()
    assert words(last()) == ["Role: Agent → Management"]


def test_leads_are_written_down(fresh: Cast) -> None:
    fresh.department.leads.add(fresh.mate)
    assert words(last()) == ["Leads: – → Moses Mate"]
    fresh.department.leads.remove(fresh.mate)
    assert words(last()) == ["Leads: Moses Mate → –"]


def test_of_parameters_only_what_differs_is_told(fresh: Cast) -> None:
    version = TypeVersion.objects.get(type=fresh.issue)
    version.parameters = {
        **version.parameters,
        "response_target": 20,
        "priority_targets": {"high": {"response_target": 5}},
    }
    version.save()
    assert words(last()) == [
        "Parameters of the rule, priority targets high response target: – → 5".replace(
            "priority targets high", "priority targets high"
        ),
        "Parameters of the rule, response target: 30 → 20",
    ]


def test_hours_are_told_by_weekday(fresh: Cast) -> None:
    hours = WorkingHours.objects.get()
    hours.week = {**hours.week, "0": [["08:00", "12:00"], ["13:00", "17:00"]]}
    hours.save()
    assert words(last()) == ["Week, Monday: 08:00–17:00 → 08:00–12:00, 13:00–17:00"]


def test_of_a_removed_thing_its_values_stay(fresh: Cast) -> None:
    contract = Contract.objects.create(
        organisation=fresh.organisation, name="AMC", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    contract.delete()
    assert last().action == SettingsChange.Action.DELETE
    assert words(last()) == [
        "Ends on: 2026-12-31 → –",
        "Name: AMC → –",
        "Organisation: Acme Flowers → –",
        "Starts on: 2026-01-01 → –",
    ]
    assert audit_words.subject(last()) == "Contract"


def test_passwords_are_never_in_the_log(fresh: Cast) -> None:
    before = fresh.mate.password
    fresh.mate.set_password("another long pass phrase")
    fresh.mate.save()
    assert words(last()) == ["Password: (hidden) → (hidden)"]
    everything = str(list(SettingsChange.objects.values_list()))
    assert before not in everything
    assert fresh.mate.password not in everything


def test_a_second_step_is_written_down_without_its_secret(fresh: Cast) -> None:
    step = Authenticator.objects.create(user=fresh.mate, type=Authenticator.Type.TOTP, data={"secret": "MFRGGZDF"})
    assert words(last()) == ["Data: – → (hidden)", "Type: – → TOTP Authenticator", "User: – → Moses Mate"]
    step.last_used_at = START
    step.save()
    step.delete()
    assert [change.action for change in SettingsChange.objects.order_by("pk")] == [0, 2]
    assert "MFRGGZDF" not in str(list(SettingsChange.objects.values_list()))


def test_signing_in_is_no_change_of_settings(fresh: Cast) -> None:
    fresh.mate.last_login = START
    fresh.mate.save()
    assert SettingsChange.objects.count() == 0


def test_policies_and_site_settings_are_written_down(fresh: Cast) -> None:
    Department.objects.get(pk=fresh.department.pk)
    fresh.department.reopen_days = 3
    fresh.department.save()
    assert words(last()) == ["Days in which clients may re-open: 14 → 3"]
    SiteSettings.load().save()
    assert (last().object_repr, last().action) == ("Site settings", SettingsChange.Action.CREATE)
