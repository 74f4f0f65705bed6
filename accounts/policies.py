"""Presets of the department policies: the product's own and those of the three neighbouring kinds of helpdesk.

A preset is a dict of Department columns; applying one sets exactly these columns, which are those that the form shows.
The policies stand under headings.
"""

from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Department

KPI_WEB: dict[str, Any] = {
    "accepts_intake": True,
    "agents_take": True,
    "agents_assign": False,
    "leads_assign": True,
    "acknowledge_stops_response": False,
    "clients_close": False,
    "clients_reopen": False,
    "reopen_days": 14,
    "reply_reopens": False,
    "ask_priority": False,
    "assign_within_minutes": None,
}

PRESETS: dict[str, tuple[Any, dict[str, Any]]] = {
    "kpi-web": (_("KPI Web"), KPI_WEB),
    "client-portal": (
        _("Client portal"),
        KPI_WEB
        | {
            "clients_close": True,
            "clients_reopen": True,
            "reply_reopens": True,
            "ask_priority": True,
        },
    ),
    "partner-helpdesk": (
        _("Partner helpdesk"),
        KPI_WEB
        | {
            "agents_assign": True,
            "clients_close": False,
            "clients_reopen": True,
            "reopen_days": 3650,
            "reply_reopens": True,
        },
    ),
    "service-desk": (
        _("Service desk"),
        KPI_WEB
        | {
            "agents_assign": True,
            "acknowledge_stops_response": True,
            "ask_priority": True,
            "assign_within_minutes": 30,
        },
    ),
}


# Without the days after which a waiting client is reminded: tickets cannot wait for the client yet.
HEADINGS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Intake"), ("accepts_intake", "ask_priority")),
    (_("Who assigns"), ("agents_take", "agents_assign", "leads_assign")),
    (_("Response"), ("assign_within_minutes", "acknowledge_stops_response")),
    (_("What clients may do"), ("clients_close", "clients_reopen", "reply_reopens", "reopen_days")),
)


class Difference(NamedTuple):
    """A policy that a preset would change, in words."""

    label: str
    before: str
    after: str


def label_of(column: str) -> str:
    """The policy as its form names it."""
    name = str(Department._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
    return name[:1].upper() + name[1:]


def in_words(value: object) -> str:
    """A policy's value: yes, no, a number, or a dash for none."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "–" if value is None else str(value)


def differences(department: Department, preset: str) -> list[Difference]:
    """What applying `preset` would change, in the order of the headings."""
    values = PRESETS[preset][1]
    return [
        Difference(label_of(column), in_words(getattr(department, column)), in_words(values[column]))
        for _heading, columns in HEADINGS
        for column in columns
        if getattr(department, column) != values[column]
    ]


def apply_preset(department: Department, preset: str) -> None:
    """Set the policy columns of `department` to `preset` (a key of PRESETS); the caller saves."""
    for column, value in PRESETS[preset][1].items():
        setattr(department, column, value)
