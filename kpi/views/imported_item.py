"""Correcting and removing imported work in the admin, each with a reason that the audit log keeps."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from kpi import imported, locks
from kpi.imported_form import ImportedItemForm, ReasonForm
from kpi.models import KpiItem

_LABELS = {field.name: field.verbose_name for field in KpiItem._meta.concrete_fields}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the item; what it says now and its score stand beside it."""
    item, now = _item(request, pk), timezone.now().replace(microsecond=0)
    form = ImportedItemForm(request.POST if request.method == "POST" else None, item=item, at=now)
    if form.is_bound and form.is_valid():
        actor, why = cast(User, request.user), form.cleaned_data["why"]
        if imported.correct(item.pk, form.facts(), actor=actor, why=why, at=now):
            messages.success(request, _("The item is corrected and scored anew."))
        else:
            messages.info(request, _("Nothing was changed."))
        return HttpResponseRedirect(reverse("admin:kpi_kpiitem_change", args=[item.pk]))
    context = _context(item, form, _("Correct imported work"))
    status = 422 if form.errors else 200
    return render(request, "admin/kpi/imported_item.html", _site(request) | context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is removed and ask for the reason; then take the item out of the ledger."""
    item = _item(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        at, actor = timezone.now().replace(microsecond=0), cast(User, request.user)
        imported.remove(item.pk, actor=actor, why=form.cleaned_data["why"], at=at)
        messages.success(request, _("%(id)s is removed from its month.") % {"id": item.external_id})
        return HttpResponseRedirect(reverse("admin:kpi_kpiitem_changelist"))
    context = _context(item, form, _("Remove imported work")) | {"removing": True}
    status = 422 if form.errors else 200
    return render(request, "admin/kpi/imported_item.html", _site(request) | context, status=status)


def _item(request: HttpRequest, pk: int) -> KpiItem:
    if not request.user.has_perm("kpi.change_kpiitem"):
        raise PermissionDenied
    items = KpiItem.objects.select_related("type", "owner", "reporter", "unit", "file", "department__country")
    return get_object_or_404(items, pk=pk, source=KpiItem.Source.IMPORTED)


def _context(item: KpiItem, form: ReasonForm, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "item": item,
        "told": [(_LABELS.get(name, name), _in_words(value)) for name, value in imported.told(item).items()],
        "form": form,
        "locked": locks.named(item.month) if locks.is_locked(item.month) else "",
    }


def _in_words(value: Any) -> Any:
    return (_("yes") if value else _("no")) if isinstance(value, bool) else value


def _site(request: HttpRequest) -> dict[str, Any]:
    return {**admin.site.each_context(request), "opts": KpiItem._meta}


PAGES = (
    ("<int:pk>/imported/", edit, "imported"),
    ("<int:pk>/imported/removal/", remove, "imported_removal"),
)
