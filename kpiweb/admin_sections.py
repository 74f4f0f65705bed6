"""The rooms of the admin's house: which model stands in which section, in which order, and what it is for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Page:
    """What is read like a list and has no rows of its own; shown to whoever may see the model `label`."""

    label: str
    name: Any
    words: Any
    address: str


@dataclass(frozen=True)
class Section:
    """A heading of the admin's index; `models` are (label, what it is for), in the order in which they are needed."""

    key: str
    name: Any
    models: tuple[tuple[str, Any], ...]
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True)
class Door:
    """A page of its own beside the lists, shown to admins beside the model it belongs to."""

    label: str
    words: Any
    address: str


@dataclass(frozen=True)
class Empty:
    """What the list of a model says before it has a row, and the page on which the first one comes about."""

    words: Any
    door: Any = ""
    address: str = ""


EMPTY = {
    "tickets.PendingTicket": Empty(_("No ticket waits: everything that came in has somebody.")),
    "tickets.Ticket": Empty(
        _("No ticket has come in yet. Customers send them on the submit page, and agents log their own work."),
        _("Open the submit page"),
        "intake:submit",
    ),
    "tickets.TicketEvent": Empty(_("No ticket has come in yet, so nothing has happened to one.")),
    "notifications.OutgoingMail": Empty(_("No mail has been written yet.")),
    "kpi.KpiItem": Empty(
        _("Nothing is recorded yet. An item comes with every ticket, with work that agents log, and with an import.")
    ),
    "kpi.Change": Empty(
        _("Nothing in the past was changed yet. What reaches back, of hours, days, versions or the map, leads here.")
    ),
    "kpi.MonthLock": Empty(
        _("No month was ever locked. A month that is over is locked on its report."),
        _("Open the reports"),
        "performance:dashboard",
    ),
    "kpi.Cell": Empty(_("No month has any work yet.")),
    "kpi.DriftCheck": Empty(_("No night has been compared yet. It is done every night by itself.")),
}


SECTIONS = (
    Section(
        "work",
        _("Tickets and mails"),
        (
            ("tickets.PendingTicket", _("New ones that nobody has: assign or delete")),
            ("tickets.Ticket", _("All others: look, reassign")),
            ("notifications.OutgoingMail", _("What goes out, what is parked and why")),
        ),
    ),
    Section(
        "people",
        _("Who comes in"),
        (
            ("accounts.User", _("Roles, departments, invitations, second steps")),
            ("accounts.SiteSettings", _("Sign-in, look-up, edit window, limits, mail sender")),
        ),
    ),
    Section(
        "places",
        _("Where work is done"),
        (
            ("accounts.Country", _("Time zone and date format of each place")),
            ("accounts.Department", _("Policies, leads, notification address")),
            ("kpi.WorkingHours", _("Which hours count, valid from a date")),
            ("kpi.ReplacedDay", _("Days off, half days, decreed working days")),
        ),
    ),
    Section(
        "scored",
        _("What is scored"),
        (
            ("kpi.KpiType", _("What a piece of work is, and the rule that scores it")),
            ("kpi.TypeVersion", _("Targets, weights and pass marks, valid from a date")),
            ("kpi.KpiGroup", _("Headings of the monthly report")),
            ("kpi.DepartmentType", _("Which department offers which types")),
            ("kpi.UptimeUnit", _("Lines and sites whose uptime is measured")),
        ),
        (Page("kpi.KpiType", _("Rules"), _("How points come about, with an example of each"), "admin:kpi_rules"),),
    ),
    Section(
        "scores",
        _("Scores"),
        (
            ("kpi.KpiItem", _("Every piece of scored work; imported work is mended here")),
            ("kpi.Change", _("What reaches back in time: previewed, decided, applied")),
            ("kpi.MonthLock", _("Which months were locked and unlocked, by whom")),
            ("kpi.Cell", _("The sums that reports read")),
            ("kpi.DriftCheck", _("Nightly comparison of the sums with a rebuild")),
        ),
    ),
    Section(
        "clients",
        _("Client companies"),
        (
            ("accounts.Organisation", _("Who sees whose tickets")),
            ("accounts.Site", _("Their places")),
            ("accounts.Contact", _("Their people, with or without an account")),
            ("accounts.Contract", _("Hours included, from when to when")),
            ("accounts.Asset", _("Equipment, by serial number")),
        ),
    ),
    Section(
        "audit",
        _("Who did what"),
        (
            ("accounts.SettingsChange", _("Every setting: who, when, before and after")),
            ("tickets.TicketEvent", _("Every step of every ticket")),
        ),
    ),
)
# Lists that are called by what their rows make up together.
TOGETHER = {"kpi.WorkingHours": _("Working hours"), "kpi.DepartmentType": _("Department-type map")}
DOORS = (
    Door("kpi.DepartmentType", _("As a grid"), "admin:kpi_departmenttype_grid"),
    Door("kpi.ReplacedDay", _("Import holidays"), "admin:kpi_replacedday_import"),
    Door("kpi.KpiItem", _("Import from Excel"), "admin:kpi_kpiitem_import"),
)


def arranged(apps: Iterable[dict[str, Any]], *, admin: bool) -> list[dict[str, Any]]:
    """Django's list of apps as sections of the same shape, with what each model is for.

    A section that the reader may see nothing of is left out; doors are for admins alone.
    """
    known = {model["model"]._meta.label: model for app in apps for model in app["models"]}
    sections = [
        {
            "app_label": section.key,
            "app_url": f"{reverse('admin:index')}#{section.key}",
            "name": section.name,
            "has_module_perms": True,
            "models": [
                {**known[label], **_named(label), "words": words, "doors": _doors(label) if admin else []}
                for label, words in section.models
                if label in known
            ]
            + [_line(page) for page in section.pages if page.label in known],
        }
        for section in SECTIONS
    ]
    return [section for section in sections if section["models"]]


def _named(label: str) -> dict[str, Any]:
    return {"name": TOGETHER[label]} if label in TOGETHER else {}


def _line(page: Page) -> dict[str, Any]:
    """A page as Django tells of a model."""
    told = {"name": page.name, "object_name": str(page.address).rpartition("_")[2], "words": page.words, "doors": []}
    return {**told, "admin_url": reverse(page.address), "add_url": None, "view_only": True}


def _doors(label: str) -> list[tuple[Any, str]]:
    return [(door.words, reverse(door.address)) for door in DOORS if door.label == label]
