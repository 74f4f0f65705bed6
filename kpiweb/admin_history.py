"""The history of one row is the audit log with only what is about that row: no second, poorer list beside it."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kpiweb.audit import AUDITED

OF = "of"
TICKETS = {"tickets.Ticket", "tickets.PendingTicket"}
DONE_BY_HAND = {"kpi.KpiItem", "notifications.OutgoingMail"}  # their actions write audit rows themselves


def address_of(row: Model) -> str:
    """Where the history of a row is read; empty for what the product alone writes."""
    label = row._meta.label
    if label in TICKETS:
        return f"{reverse('admin:tickets_ticketevent_changelist')}?{urlencode({'q': row.pk})}"
    if label in DONE_BY_HAND or label in AUDITED:
        return f"{reverse('admin:accounts_settingschange_changelist')}?{urlencode({OF: f'{label.lower()}:{row.pk}'})}"
    return ""


def named(value: str) -> tuple[str, str, str]:
    """The app, model and key that an address names; empty strings where it names none."""
    label, _colon, key = value.partition(":")
    app, _dot, model = label.partition(".")
    return app, model, key


class LeadsToTheAuditLog:
    """For every model in the admin: its History."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_or_change_permission(request, row):  # type: ignore[attr-defined]
            raise PermissionDenied
        back = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        return HttpResponseRedirect(address_of(row) or back)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponse:
        row = options.get("obj")
        told = {**context, "history_url": address_of(row) if row is not None and row.pk else ""}
        return super().render_change_form(request, told, **options)  # type: ignore[misc, no-any-return]
