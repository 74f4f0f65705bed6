"""The audit log of settings: which models it holds for, what it never shows, and who stands behind a request."""

import ipaddress
from collections.abc import Callable

from auditlog.context import auditlog_value, set_extra_data
from auditlog.registry import auditlog
from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

AUDITED = (
    "accounts.Asset",
    "accounts.Contact",
    "accounts.Contract",
    "accounts.Country",
    "accounts.Department",
    "accounts.Organisation",
    "accounts.Site",
    "accounts.SiteSettings",
    "accounts.User",
    "kpi.DepartmentType",
    "kpi.KpiGroup",
    "kpi.KpiType",
    "kpi.ReplacedDay",
    "kpi.TypeVersion",
    "kpi.UptimeUnit",
    "kpi.WorkingHours",
    "mfa.Authenticator",
)
# In the admin and not in AUDITED, each with where its changes are written down instead.
WRITTEN_ELSEWHERE = {
    "accounts.SettingsChange": "it is the audit log",
    "kpi.DriftCheck": "written by the nightly check alone",
    "kpi.MonthLock": "it is the history of locking itself",
    "kpi.Change": "it is its own history: who, when, why, before and after",
    "kpi.Cell": "written by the ledger alone",
    "kpi.KpiItem": "written by the ledger; what is done to imported work by hand writes audit rows itself",
    "notifications.OutgoingMail": "its two actions write audit rows themselves",
    "tickets.PendingTicket": "ticket events",
    "tickets.Ticket": "ticket events",
    "tickets.TicketEvent": "ticket events",
}
UNCHANGING = {"created_at", "last_login", "last_seen", "last_used_at", "session_epoch", "updated_at"}
SECRET = ["password", "secret", "token", "key", "data"]
HIDDEN = "(hidden)"


def hide(value: str) -> str:
    """What the log shows of a secret: that there is one, and that it changed."""
    return HIDDEN if value not in ("", "None") else ""


def watch_settings() -> None:
    """Have every change of an audited model written down. Called once, when the apps are ready."""
    for label in AUDITED:
        model = apps.get_model(label)
        auditlog.register(
            model,
            include_fields=columns(model),
            mask_fields=SECRET,
            mask_callable="kpiweb.audit.hide",
            m2m_fields={field.name for field in model._meta.many_to_many},
        )


def columns(model: type[Model]) -> list[str]:
    """The model's own columns but its key and what changes by itself."""
    return [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in UNCHANGING]


class AuditMiddleware:
    """Names the person and the address behind each change. Asks for the person only when something is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Later than TrustedProxiesMiddleware, so REMOTE_ADDR is the client's.
        person = SimpleLazyObject(lambda: getattr(request, "user", None))
        before = auditlog_value.set({})
        try:
            with set_extra_data({"actor": person, "remote_addr": _address(request)}):
                return self.get_response(request)
        finally:
            auditlog_value.reset(before)  # set_extra_data leaves its own behind


def _address(request: HttpRequest) -> str | None:
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None
