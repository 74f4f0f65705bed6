"""Presets of the department policies: the product's own and those of the three neighbouring kinds of helpdesk.

A preset is a dict of Department columns; applying one sets exactly these columns.
"""

from typing import Any

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
    "remind_after_days": None,
    "close_after_days": None,
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
            "remind_after_days": 5,
            "close_after_days": 7,
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


def apply_preset(department: Department, preset: str) -> None:
    """Set the policy columns of `department` to `preset` (a key of PRESETS); the caller saves."""
    for column, value in PRESETS[preset][1].items():
        setattr(department, column, value)
