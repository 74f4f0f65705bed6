"""The monthly report as a file: Excel with a sheet per table, or one table as CSV, both sent in pieces."""

import tempfile
from datetime import date
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.csv_export import csv_answer
from accounts.models import User
from kpi.excel.writing import Book
from kpi.months import written
from kpi.views.report import shown_of
from tickets import exports

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def workbook(request: HttpRequest, month: date) -> HttpResponseBase:
    """All tables with the filters and rights of the report. The file is made on disk, however many rows it has."""
    viewer, now = cast(User, request.user), timezone.now()
    shown = shown_of(request, month, as_of=now)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    book = Book(target, title=_("KPI Web, %(month)s") % {"month": written(month)})
    for table in exports.tables(shown, viewer):
        sheet = book.sheet(table.title, table.columns)
        for row in table.rows():
            sheet.add(row)
    facts = book.sheet(_("About"), [(_("What"), 24, "text"), (_("Value"), 40, "instant")])
    for name, value in exports.about(shown, viewer, at=now):
        facts.add([name, value])
    book.close()
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"kpi-{written(month)}.xlsx", content_type=XLSX)


@login_required
@require_safe
def csv(request: HttpRequest, month: date) -> HttpResponseBase:
    """?table=report, types, items or adjustments; the items without it."""
    viewer, now = cast(User, request.user), timezone.now()
    wanted = request.GET.get("table", "items")
    found = {table.code: table for table in exports.tables(shown_of(request, month, as_of=now), viewer)}
    if wanted not in found:
        raise Http404
    table = found[wanted]
    return csv_answer(f"kpi-{written(month)}-{table.code}", [column[0] for column in table.columns], table.rows())
