"""The ledger in Django admin: everybody there may look, nobody edits."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kpi import cell_words, explanation, locks
from kpi.engine.score import display
from kpi.models import Cell, DriftCheck, KpiItem
from kpi.views import imported_item, item_import

NONE = "–"


class ReadOnlyAdmin(admin.ModelAdmin):
    """What the product writes itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfAMonth:
    """The month of a row as people say it; it is stored as its first day."""

    @admin.display(description=_("month"), ordering="month")
    def month_of(self, row: Any) -> str:
        return locks.named(row.month)


@admin.register(KpiItem)
class KpiItemAdmin(OfAMonth, ReadOnlyAdmin):
    """Read-only but for what came in by a file, which has pages of its own."""

    list_display = ("date", "type", "owner", "department", "external_id", "not_counted", "passed")
    list_filter = ("source", "state", "not_counted", "department__country")
    list_select_related = ("type", "owner", "department__country")
    search_fields = ("external_id__startswith",)
    search_help_text = _("The beginning of the external id of imported work")
    date_hierarchy = "date"
    fields = (
        *("owner", "reporter", "unit", "department", "country", "type", "version", "date", "month_of", "source"),
        *("external_id", "file", "priority", "count_off_day", "typed", "state", "not_counted", "off_day"),
        *("points", "passed", "explained", "breached"),
    )

    @admin.display(description=_("typed metrics"))
    def typed(self, item: KpiItem) -> str:
        """As people typed them, not as the ledger keeps them."""
        return ", ".join(f"{label}: {value}" for label, value in explanation.typed_values(item))

    @admin.display(description=_("score"))
    def points(self, item: KpiItem) -> str:
        return "" if item.value is None else display(item.value)

    @admin.display(description=_("explanation"))
    def explained(self, item: KpiItem) -> str:
        score = explanation.score_of(item)
        return explanation.sentence_of(score) if score else ""

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(place, self.admin_site.admin_view(view), name=f"kpi_kpiitem_{name}")
            for place, view, name in (*item_import.PAGES, *imported_item.PAGES)
        ]
        return [*own, *super().get_urls()]


@admin.register(Cell)
class CellAdmin(OfAMonth, ReadOnlyAdmin):
    list_display = ("month_of", "department", "type", "subject_of", "counted", "passed")
    ordering = ("-month", "-id")
    list_filter = ("department__country",)
    list_select_related = ("department__country", "type", "owner", "unit")
    date_hierarchy = "month"
    fields = (
        *("month_of", "department", "type", "subject_of", "counted", "passed", "scored", "score"),
        *("parts_of", "amounts_of", "left_out", "pending_breached"),
    )

    @admin.display(description=_("of"), ordering="owner")
    def subject_of(self, cell: Cell) -> str:
        """Whose months it is: a person's, a unit's, or of work that nobody had."""
        return str(cell.owner or cell.unit or _("nobody"))

    @admin.display(description=_("score"))
    def score(self, cell: Cell) -> str:
        return cell_words.score(cell) or NONE

    @admin.display(description=_("parts of the score"))
    def parts_of(self, cell: Cell) -> SafeString:
        return _lines(cell_words.parts(cell))

    @admin.display(description=_("added up in the month"))
    def amounts_of(self, cell: Cell) -> SafeString:
        return _lines(cell_words.amounts(cell))

    @admin.display(description=_("not counted"))
    def left_out(self, cell: Cell) -> SafeString:
        return _lines(cell_words.left_out(cell))


def _lines(lines: list[str]) -> SafeString:
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines or [NONE]))


@admin.register(DriftCheck)
class DriftCheckAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "compared", "differing", "mended")
    list_filter = ("mended",)
    date_hierarchy = "started_at"
    fields = ("started_at", "compared", "differing", "mended", "what")

    @admin.display(description=_("what differed"))
    def what(self, check: DriftCheck) -> str:
        """One line per column of a cell."""
        lines = [
            (cell["cell"], column, stored, rebuilt)
            for cell in check.found
            for column, (stored, rebuilt) in cell["columns"].items()
        ]
        text = _("%(cell)s: %(column)s was %(stored)s, a rebuild gives %(rebuilt)s")
        names = ("cell", "column", "stored", "rebuilt")
        told = [(text % dict(zip(names, line, strict=True)),) for line in lines]
        return format_html_join("", "<p>{}</p>", told) if told else _now("Nothing")
