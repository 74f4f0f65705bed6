"""A department in Django admin, with the tickets it handles: what switching it off does to them is said before.

Its form, policies and presets are those of the floor below.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from accounts.admin.places import DepartmentAdmin
from accounts.models import Department, Role, User
from kpi.models import KpiItem
from tickets.models import Ticket
from tickets.states import OPEN

COUNTED_AT_MOST = 1000


@admin.register(Department)
class DepartmentWithTicketsAdmin(DepartmentAdmin):
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What was recorded keeps its country, hours and holidays."""
        used = obj is not None and KpiItem.objects.filter(department=obj).exists()
        return (*super().get_readonly_fields(request, obj), *(("country",) if used else ()))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.active_view)
        return [path("<int:pk>/active/", view, name="accounts_department_active"), *super().get_urls()]

    def active_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says what switching it off or on means here; a POST does what the page says, unless it is done already."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        department = Department.objects.select_related("country").filter(pk=pk).first()
        if department is None:
            raise Http404
        if request.method == "POST" and request.POST.get("to") in ("on", "off"):
            return self._switched(request, department.pk, on=request.POST["to"] == "on")
        open_tickets = Ticket.objects.filter(department=department, status__in=OPEN)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deactivate %(department)s") if department.active else _("Activate %(department)s"),
            "opts": Department._meta,
            "department": department,
            "open": _counted(open_tickets),
            "unassigned": _counted(open_tickets.filter(assignee=None)),
            "agents": _counted(User.objects.filter(department=department, role=Role.AGENT, is_active=True)),
        }
        context["title"] %= {"department": department}
        return TemplateResponse(request, "admin/accounts/department/active.html", context)

    def _switched(self, request: HttpRequest, pk: int, *, on: bool) -> HttpResponse:
        with transaction.atomic():
            department = Department.objects.select_for_update().order_by().get(pk=pk)
            if department.active != on:
                department.active = on
                department.save()
                done = _("%(department)s is active.") if on else _("%(department)s is deactivated.")
                self.log_change(request, department, done % {"department": department})
                messages.success(request, done % {"department": department})
        return HttpResponseRedirect(reverse("admin:accounts_department_change", args=[pk]))


def _counted(rows: Any) -> dict[str, Any]:
    """How many there are, and how that is written: beyond a thousand nobody needs to know."""
    count = rows[: COUNTED_AT_MOST + 1].count()
    return {"n": count, "words": f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)}
