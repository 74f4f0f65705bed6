"""Applying a preset to a department: what each would set, what the chosen one changes here, and then its button."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Department
from accounts.policies import HEADINGS, KPI_WEB, PRESETS, apply_preset, differences, in_words, label_of


def page(admin_: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The choice stands in the address; a POST to it applies what the page shows, unless that is no longer so."""
    if not admin_.has_change_permission(request):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    chosen = request.GET.get("preset", "")
    with transaction.atomic():
        department = _department(pk, locked=request.method == "POST")
        if request.method == "POST" and chosen in PRESETS:
            if request.POST.get("seen") == _mark(department):
                return _applied(admin_, request, department, chosen)
            messages.warning(request, _("The policies have changed meanwhile. This is what the preset would do now."))
    return _shown(admin_, request, department, chosen)


def _department(pk: int, *, locked: bool) -> Department:
    rows = Department.objects.select_for_update().order_by() if locked else Department.objects.select_related("country")
    department = rows.filter(pk=pk).first()
    if department is None:
        raise Http404
    return department


def _applied(admin_: Any, request: HttpRequest, department: Department, chosen: str) -> HttpResponse:
    changed = differences(department, chosen)
    apply_preset(department, chosen)
    department.save()
    name = PRESETS[chosen][0]
    admin_.log_change(request, department, _("Preset %(name)s applied.") % {"name": name})
    told = "; ".join(f"{one.label}: {one.before} → {one.after}" for one in changed)
    messages.success(request, _("%(name)s is applied. %(changes)s") % {"name": name, "changes": told})
    return HttpResponseRedirect(reverse("admin:accounts_department_change", args=[department.pk]))


def _shown(admin_: Any, request: HttpRequest, department: Department, chosen: str) -> HttpResponse:
    known = chosen in PRESETS
    context = {
        **admin_.admin_site.each_context(request),
        "title": _("Apply a preset"),
        "opts": Department._meta,
        "department": department,
        "presets": [(key, name) for key, (name, _values) in PRESETS.items()],
        "sections": [(heading, [_row(department, column) for column in columns]) for heading, columns in HEADINGS],
        "chosen": chosen if known else "",
        "name": PRESETS[chosen][0] if known else "",
        "unknown": bool(chosen) and not known,
        "nothing_chosen": "preset" in request.GET and not chosen,
        "changes": differences(department, chosen) if known else [],
        "seen": _mark(department),
    }
    refused = (context["unknown"] or context["nothing_chosen"]) or (request.method == "POST" and not known)
    return TemplateResponse(request, "admin/accounts/department/preset.html", context, status=422 if refused else 200)


def _row(department: Department, column: str) -> dict[str, Any]:
    """A policy as it is and as each preset has it; what differs is marked."""
    now = getattr(department, column)
    cells = [(in_words(values[column]), values[column] != now) for _name, values in PRESETS.values()]
    return {"label": label_of(column), "now": in_words(now), "cells": cells}


def _mark(department: Department) -> str:
    """What two equal sets of policies have in common."""
    values = [(column, getattr(department, column)) for column in sorted(KPI_WEB)]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
