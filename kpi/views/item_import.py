"""Excel import of finished work in the admin: upload, errors all at once or what would be stored, then store."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.csv_export import csv_answer
from accounts.models import Department, User
from kpi import item_import
from kpi.excel.template import template
from kpi.import_forms import TemplateForm, UploadForm
from kpi.models import ImportProblem, ItemImport, KpiItem, KpiType, NotCounted, UptimeUnit
from kpi.tasks import ask_to_import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100
EARLIER = 20
View = Callable[..., HttpResponseBase]


def _admins_only(view: View) -> View:
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("kpi.add_kpiitem"):
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form, the template to download, and the earlier files."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        name, by = form.cleaned_data["file"].name, cast(User, request.user)
        file = item_import.receive(form.content, name=name, by=by, at=timezone.now())
        transaction.on_commit(partial(ask_to_import, file.pk))
        return HttpResponseRedirect(reverse("admin:kpi_kpiitem_import_file", args=[file.pk]))
    context = _context(request, _("Import KPI items")) | {
        "form": form,
        "types": TemplateForm(),
        "files": ItemImport.objects.defer("content").select_related("by")[:EARLIER],
    }
    return render(request, "admin/kpi/import_items.html", context, status=422 if form.errors else 200)


@require_safe
def blank(request: HttpRequest) -> HttpResponse:
    """The template for the chosen types; without a choice for all of them."""
    form = TemplateForm(request.GET if "types" in request.GET else None)
    if form.is_bound and not form.is_valid():
        context = _context(request, _("Import KPI items")) | {"form": UploadForm(), "types": form}
        return render(request, "admin/kpi/import_items.html", context, status=422)
    types = form.cleaned_data["types"] if form.is_bound else TemplateForm.base_fields["types"].queryset  # type: ignore[attr-defined]
    if not types:
        messages.error(request, _("There is no KPI type with targets yet."))
        return HttpResponseRedirect(reverse("admin:kpi_kpiitem_import"))
    units = UptimeUnit.objects.all() if any(type_.rule == KpiType.Rule.UPTIME for type_ in types) else []
    book = template(list(types), list(Department.objects.select_related("country")), list(units))
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="kpi-items.xlsx"'
    return answer


@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is, and what was found in it; while the worker has it the page looks again by itself."""
    file = get_object_or_404(ItemImport.objects.defer("content").select_related("by"), pk=pk)
    found = Paginator(ImportProblem.objects.filter(file=file), SHOWN).get_page(request.GET.get("page"))
    labels = dict(NotCounted.choices)
    context = _context(request, file.name) | {
        "file": file,
        "found": found,
        "reasons": [(labels.get(reason, reason), n) for reason, n in sorted(file.not_counted.items())],
    }
    part = getattr(request, "htmx", False)
    return render(request, "admin/kpi/_import_state.html" if part else "admin/kpi/import_result.html", context)


@require_POST
def store(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a checked file stored."""
    file = get_object_or_404(ItemImport.objects.defer("content"), pk=pk)
    if item_import.confirm(file.pk):
        transaction.on_commit(partial(ask_to_import, file.pk))
    else:
        messages.warning(request, _("This file is not waiting to be stored any more."))
    return HttpResponseRedirect(reverse("admin:kpi_kpiitem_import_file", args=[file.pk]))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a checked file."""
    file = get_object_or_404(ItemImport.objects.defer("content"), pk=pk)
    if not item_import.discard(file.pk, at=timezone.now()):
        messages.warning(request, _("This file is not waiting to be stored any more."))
    return HttpResponseRedirect(reverse("admin:kpi_kpiitem_import_file", args=[file.pk]))


@require_safe
def errors(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every error of a file as CSV."""
    file = get_object_or_404(ItemImport.objects.defer("content"), pk=pk)
    head = [_("Row"), _("Column"), _("Heading"), _("What is wrong")]
    return csv_answer(f"import-{file.pk}-errors", head, _lines(file))


def _lines(file: ItemImport) -> Iterator[tuple[Any, ...]]:
    found = ImportProblem.objects.filter(file=file)
    return found.values_list("row", "column", "heading", "message").iterator(chunk_size=2000)


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, "opts": KpiItem._meta}


PAGES: tuple[tuple[str, View, str], ...] = (
    ("import/", _admins_only(upload), "import"),
    ("import/template/", _admins_only(blank), "import_template"),
    ("import/<int:pk>/", _admins_only(result), "import_file"),
    ("import/<int:pk>/store/", _admins_only(store), "import_store"),
    ("import/<int:pk>/discard/", _admins_only(discard), "import_discard"),
    ("import/<int:pk>/errors.csv", _admins_only(errors), "import_errors"),
)
