"""Lists of the admin as CSV: streamed, in the order and with the filters of the page, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst

CHUNK = 2000
# What a spreadsheet takes for the beginning of a formula, also behind spaces and in its wide forms.
FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r\n")
BYTE_ORDER_MARK = "\ufeff"  # or Excel reads UTF-8 as something else


def neutral(value: Any) -> Any:
    """Numbers as they are; text that a spreadsheet would compute gets an apostrophe before it."""
    if isinstance(value, int | float):
        return value
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def csv_answer(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A file `name`.csv, written while it is sent: the number of rows costs no memory."""
    answer = StreamingHttpResponse(_written(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _written(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow([neutral(cell) for cell in head])
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


class _Echo:
    def write(self, line: str) -> str:
        return line


class CsvAdmin(admin.ModelAdmin):
    """A ModelAdmin with "Export as CSV" on its list. `csv_columns` names columns as list_display does."""

    change_list_template = "admin/csv_change_list.html"
    csv_columns: tuple[str, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        own = path("export/", self.admin_site.admin_view(self.export), name=self._export_name())
        return [own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        query = request.GET.urlencode()
        address = reverse(f"admin:{self._export_name()}") + (f"?{query}" if query else "")
        return super().changelist_view(request, {**(extra_context or {}), "csv_url": address})

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All rows that the list with this address would page through."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found: QuerySet[Any] = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(f"admin:{self._export_name()}"))
        head = [capfirst(str(label_for_field(name, self.model, self))) for name in self.csv_columns]
        return csv_answer(self.model._meta.model_name, head, map(self._cells, found.iterator(CHUNK)))

    def _cells(self, row: Any) -> list[Any]:
        return [self._cell(row, name) for name in self.csv_columns]

    def _cell(self, row: Any, name: str) -> Any:
        own = getattr(self, name, None)
        if own is not None:
            return own(row)
        shown = getattr(row, f"get_{name}_display", None)
        return shown() if shown else getattr(row, name)

    def _export_name(self) -> str:
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}_export"
