"""One entry for every form of the admin: what a good one is, what it writes, and what is wrong with others.

What is wrong with every field of a kind (empty, no number, no key, too long, control characters) is tried without an
entry; see test_admin_forms.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Asset, Contact, Contract, Site
from kpi.models import DepartmentType, KpiGroup, ReplacedDay, TypeVersion, UptimeUnit, WorkingHours
from tests.cast import OFFICE_HOURS, Cast, make_ticket
from tickets.models import PendingTicket, Ticket

LEADS = "Leads are agents of this department; add the person to it first."
FAR = date(2190, 1, 1)  # what holds from then on is saved at once
Typed = dict[str, Any]
Wrong = tuple[Typed, str, str]  # what is typed, the field beside which it is told ("" for the form), the sentence


@dataclass(frozen=True)
class Case:
    """The forms of one model.

    `stored` makes the row that is changed; `change` is typed over what its form shows; `audit` is the column with its
    value before and after. `add` is typed into an empty form, and `added` says what finds the new row.
    """

    stored: Callable[[Cast], Any]
    change: Callable[[Cast], Typed]
    audit: tuple[str, Any, Any]
    add: Callable[[Cast], Typed] | None = None
    added: Typed = field(default_factory=dict)
    query: Callable[[Cast], str] = lambda cast: ""  # what the empty form asks for first
    theirs: Callable[[Cast], Typed] | None = None  # what another admin types meanwhile; `change` backwards otherwise
    wrong: Callable[[Cast], list[Wrong]] = lambda cast: []
    says: dict[tuple[str, str], str] = field(default_factory=dict)  # (field, what is wrong): a sentence of its own
    without: frozenset[str] = frozenset()  # fields that the form asks for one step later


def typed(**values: Any) -> Callable[[Cast], Typed]:
    return lambda cast: values


TWICE = "There is a row with the same %s already."


CASES: dict[str, Case] = {
    "accounts.Country": Case(
        stored=lambda cast: cast.country,
        change=typed(name="Kenia"),
        audit=("name", "Kenya", "Kenia"),
        add=typed(code="UG", name="Uganda", zone="Africa/Kampala", date_format="Y-m-d"),
        added={"code": "UG", "name": "Uganda", "zone": "Africa/Kampala", "date_format": "Y-m-d"},
        wrong=lambda cast: [
            ({"code": "k1"}, "code", "Use the two capital letters of ISO 3166, such as KE."),
            ({"zone": "Mars/Base"}, "zone", "“Mars/Base” is not a time zone. Use a name such as Africa/Nairobi."),
        ],
    ),
    "accounts.Department": Case(
        stored=lambda cast: cast.department,
        change=typed(name="Service"),
        audit=("name", "Operations", "Service"),
        add=lambda cast: {"country": cast.country.pk, "code": "ke-audit", "name": "Audit", "preset": "kpi-web"},
        says={("leads", "key"): LEADS},
        added={"code": "ke-audit", "name": "Audit", "active": True, "accepts_intake": True},
        wrong=lambda cast: [
            ({"name": "Finance"}, "name", TWICE % "“country”, “name”"),
            ({"code": "ke-finance"}, "code", "Another department has this already."),
            ({"code": "a b"}, "code", "Use only letters without accents, digits, hyphens and underscores."),
            ({"assign_within_minutes": "0"}, "assign_within_minutes", "Enter 1 or more."),
            (
                {"notification_address": "x"},
                "notification_address",
                "Enter an email address in the format name@example.com.",
            ),
        ],
    ),
    "accounts.User": Case(
        stored=lambda cast: cast.mate,
        change=typed(name="Moses M."),
        audit=("name", "Moses Mate", "Moses M."),
        add=lambda cast: {
            "email": "New.Person@example.org",
            "name": "Nia New",
            "role": "agent",
            "department": cast.department.pk,
            "is_active": "on",
        },
        added={"email": "new.person@example.org", "name": "Nia New", "role": "agent"},
        wrong=lambda cast: [
            ({"email": cast.lead.email}, "email", "Somebody with this address exists already."),
            ({"email": "nobody"}, "email", "Enter an email address in the format name@example.com."),
            ({"department": ""}, "department", "An agent needs a department."),
            ({"zone": "Mars/Base"}, "zone", "“Mars/Base” is not a time zone. Use a name such as Africa/Nairobi."),
            ({"new_password": "12345678"}, "new_password", ""),
        ],
    ),
    "accounts.Organisation": Case(
        stored=lambda cast: cast.organisation,
        change=typed(name="Acme Roses"),
        audit=("name", "Acme Flowers", "Acme Roses"),
        add=typed(**{"name": "Baobab", "sites-TOTAL_FORMS": "1", "sites-0-name": "Mombasa", "sites-0-address": "Quay"}),
        added={"name": "Baobab", "sites__name": "Mombasa"},
        wrong=lambda cast: [
            (
                {"sites-TOTAL_FORMS": "1", "sites-0-name": "", "sites-0-address": "Quay"},
                "sites-0-name",
                "Fill this in; it cannot stay empty.",
            ),
            (
                {"contacts-TOTAL_FORMS": "1", "contacts-0-name": "H", "contacts-0-user": "abc"},
                "contacts-0-user",
                "Choose one from the list.",
            ),
            (
                {"contacts-TOTAL_FORMS": "1", "contacts-0-name": "H", "contacts-0-phone": "12"},
                "contacts-0-phone",
                "Write the phone number with + and the country code, such as +254201234567.",
            ),
        ],
    ),
    "accounts.Site": Case(
        stored=lambda cast: Site.objects.create(organisation=cast.organisation, name="Nairobi"),
        change=typed(name="Nairobi West"),
        audit=("name", "Nairobi", "Nairobi West"),
        add=lambda cast: {"organisation": cast.organisation.pk, "name": "Mombasa", "address": "Quay 1\r\nMombasa"},
        added={"name": "Mombasa", "address": "Quay 1\r\nMombasa"},
        wrong=lambda cast: [
            (
                {"name": Site.objects.get_or_create(organisation=cast.organisation, name="Twin")[0].name},
                "name",
                TWICE % "“organisation”, “name”",
            )
        ],
    ),
    "accounts.Contact": Case(
        stored=lambda cast: Contact.objects.create(organisation=cast.organisation, name="Hassan Abdi"),
        change=typed(phone="+254201234567"),
        audit=("phone", "", "+254201234567"),
        theirs=typed(phone="+254209999999"),
        add=lambda cast: {
            "organisation": cast.organisation.pk,
            "name": "Wanjiru",
            "email": "w@example.org",
            "user": cast.submitter.pk,
        },
        added={"name": "Wanjiru", "email": "w@example.org"},
        wrong=lambda cast: [
            (
                {"phone": "020 1234"},
                "phone",
                "Write the phone number with + and the country code, such as +254201234567.",
            ),
            (
                {
                    "user": str(
                        Contact.objects.get_or_create(organisation=cast.organisation, name="S", user=cast.submitter)[
                            0
                        ].user_id
                    )
                },
                "user",
                "Another contact has this already.",
            ),
        ],
    ),
    "accounts.Contract": Case(
        stored=lambda cast: Contract.objects.create(
            organisation=cast.organisation, name="AMC", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
        ),
        change=typed(hours_included="40"),
        audit=("hours_included", None, "40"),
        add=lambda cast: {
            "organisation": cast.organisation.pk,
            "name": "AMC 2027",
            "starts_on": "2027-01-01",
            "ends_on": "2027-12-31",
        },
        added={
            "name": "AMC 2027",
            "starts_on": date(2027, 1, 1),
            "ends_on": date(2027, 12, 31),
            "hours_included": None,
        },
        wrong=lambda cast: [
            ({"ends_on": "2025-12-31"}, "ends_on", "The contract must end on or after the day it starts."),
            ({"hours_included": "-1"}, "hours_included", "Enter 0 or more."),
        ],
    ),
    "accounts.Asset": Case(
        stored=lambda cast: Asset.objects.create(
            organisation=cast.organisation, department=cast.department, kind="equipment", name="Freezer"
        ),
        change=typed(serial="F-1"),
        audit=("serial", "", "F-1"),
        add=lambda cast: {
            "organisation": cast.organisation.pk,
            "department": cast.department.pk,
            "kind": "system",
            "name": "Mail",
        },
        added={"kind": "system", "name": "Mail", "site": None},
    ),
    "accounts.SiteSettings": Case(
        stored=lambda cast: _settings(),
        change=typed(edit_window="9"),
        audit=("edit_window", "7", "9"),
        wrong=lambda cast: [
            ({"number_prefix": "kpi"}, "number_prefix", "Use capital letters and digits, such as KPI."),
            ({"edit_window": "367"}, "edit_window", "Enter 366 or less."),
            (
                {"staff_domains": "not a domain!"},
                "staff_domains",
                "“not” is not a domain. Write for example kpi.example.",
            ),
        ],
    ),
    "kpi.KpiGroup": Case(
        stored=lambda cast: cast.group,
        change=typed(position="3"),
        audit=("position", "0", "3"),
        add=typed(name="Uptime", contributes_to_uptime="on", position="1"),
        added={"name": "Uptime", "contributes_to_uptime": True, "position": 1},
        wrong=lambda cast: [
            (
                {"name": KpiGroup.objects.get_or_create(name="Twin")[0].name},
                "name",
                "Another KPI group has this already.",
            )
        ],
    ),
    "kpi.KpiType": Case(
        stored=lambda cast: cast.issue,
        change=typed(name="Incident"),
        audit=("name", "Issue", "Incident"),
        add=typed(name="Audit", code="audit", rule="accuracy"),
        added={"name": "Audit", "code": "audit", "rule": "accuracy"},
        wrong=lambda cast: [
            ({"code": "request"}, "code", "Another KPI type has this already."),
            ({"name": "Request"}, "name", "Another KPI type has this already."),
        ],
    ),
    "kpi.TypeVersion": Case(
        stored=lambda cast: TypeVersion.objects.create(
            type=cast.issue,
            valid_from=FAR,
            group=cast.group,
            parameters={"response_target": 30, "resolution_target": 240},
        ),
        change=typed(weight="5"),
        audit=("weight", "1", "5"),
        query=lambda cast: f"?type={cast.issue.pk}",
        add=lambda cast: {
            "valid_from": "2191-01-01",
            "group": cast.group.pk,
            "weight": "2",
            "pass_mark": "92.5",
            "response_target": "20",
            "resolution_target": "200",
        },
        added={"valid_from": date(2191, 1, 1), "weight": 2},
        wrong=lambda cast: [
            ({"response_target": "abc"}, "response_target", ""),
            ({"response_target": ""}, "response_target", ""),
            ({"weight": "0"}, "weight", "Enter 1 or more."),
            ({"pass_mark": "abc"}, "pass_mark", "Enter a number, such as 95 or 92.5."),
            ({"pass_mark": "9.55"}, "pass_mark", "Enter at most 1 digits after the point."),
            ({"valid_from": "2026-01-01"}, "valid_from", TWICE % "“type”, “valid from”"),
        ],
    ),
    "kpi.DepartmentType": Case(
        stored=lambda cast: DepartmentType.objects.create(department=cast.department, type=cast.issue, valid_from=FAR),
        change=typed(self_log=[]),
        audit=("self_log", "True", "False"),
        theirs=typed(intake="false"),
        add=lambda cast: {
            "department": cast.department.pk,
            "type": cast.issue.pk,
            "valid_from": "2191-02-01",
            "intake": "true",
        },
        added={"valid_from": date(2191, 2, 1), "intake": True, "self_log": True},
        wrong=lambda cast: [
            ({"valid_from": "2190-01-02"}, "valid_from", "Start the row on the first day of a month."),
            ({"valid_from": "2026-01-01"}, "valid_from", TWICE % "“department”, “type”, “valid from month”"),
        ],
    ),
    "kpi.UptimeUnit": Case(
        stored=lambda cast: UptimeUnit.objects.create(
            department=cast.department, code="mail", name="Mail", active_from=date(2026, 1, 1)
        ),
        change=typed(active_until="2026-12-31"),
        audit=("active_until", None, "2026-12-31"),
        theirs=typed(name="Mail server"),
        add=lambda cast: {"department": cast.department.pk, "code": "web", "name": "Web", "active_from": "2026-02-01"},
        added={"code": "web", "name": "Web", "active_from": date(2026, 2, 1), "active_until": None},
        wrong=lambda cast: [
            ({"active_until": "2025-12-31"}, "active_until", "The last active day must be on or after the first one."),
        ],
    ),
    "kpi.WorkingHours": Case(
        stored=lambda cast: WorkingHours.objects.create(country=cast.country, valid_from=FAR, week=OFFICE_HOURS),
        change=typed(**{"week.0.0.to": "16:00"}),
        audit=("week", None, None),
        theirs=typed(valid_from="2190-01-02"),
        add=lambda cast: {
            "country": cast.country.pk,
            "valid_from": "2191-01-01",
            "week.0.0.from": "08:00",
            "week.0.0.to": "12:00",
        },
        added={"valid_from": date(2191, 1, 1), "week": {"0": [["08:00", "12:00"]]}},
        wrong=lambda cast: [
            ({"week.0.0.to": "25:00"}, "week", "Monday: “25:00” is no time of day. Write for example 08:00."),
            ({"week.0.0.to": ""}, "week", "Monday: Enter both from and to."),
            ({"country": ""}, "country", "Choose the country or the department whose hours these are."),
            (
                {"department": cast.department.pk},
                "department",
                "Hours belong to a country or to a department, not to both.",
            ),
            ({"valid_from": "2026-01-01"}, "valid_from", TWICE % "“country”, “valid from”"),
        ],
    ),
    "kpi.ReplacedDay": Case(
        stored=lambda cast: ReplacedDay.objects.create(country=cast.country, date=FAR, name="New Year"),
        change=typed(name="New Year’s Day"),
        audit=("name", "New Year", "New Year’s Day"),
        add=lambda cast: {
            "country": cast.country.pk,
            "date": "2191-12-24",
            "name": "Eve",
            "source": "manual",
            "windows.0.0.from": "08:00",
            "windows.0.0.to": "12:00",
        },
        added={"date": date(2191, 12, 24), "name": "Eve", "windows": [["08:00", "12:00"]]},
        wrong=lambda cast: [
            ({"date": "2026-10-20"}, "date", TWICE % "“country”, “date”"),
            ({"windows.0.0.from": "8"}, "windows", "Enter both from and to."),
        ],
    ),
    "tickets.PendingTicket": Case(
        stored=lambda cast: PendingTicket.objects.get(pk=make_ticket(cast).pk),
        change=lambda cast: {"assign_to": cast.mate.pk},
        audit=("assignee", "", "Moses Mate"),
        theirs=lambda cast: {"assign_to": cast.assignee.pk},
        says={
            ("assign_to", "empty"): "Choose who gets the ticket.",
            ("assign_to", "key"): "Choose an active agent of this department.",
        },
    ),
    "tickets.Ticket": Case(
        stored=lambda cast: Ticket.objects.get(pk=make_ticket(cast, assignee=cast.assignee).pk),
        change=lambda cast: {"assign_to": cast.mate.pk},
        audit=("assignee", "Asha Assignee", "Moses Mate"),
        theirs=lambda cast: {"assign_to": cast.lead.pk},
        says={("assign_to", "key"): "Choose an active agent of this department."},
    ),
}


def _settings() -> Any:
    from accounts.models import SiteSettings

    SiteSettings.load().save()
    return SiteSettings.objects.get()
