"""The monthly report and the work behind it as tables: what an Excel or CSV file of it holds.

Numbers come from the same tree as the page, in tenths as it shows them; of a locked month that is the snapshot, and
work that moved since stands as it was locked, with the difference in a table of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SiteSettings, User
from kpi import explanation, locks
from kpi.engine import rollup
from kpi.engine.score import tenths
from kpi.excel.writing import in_tenths
from kpi.levels import DepartmentMonth, OwnerMonth, TypeMonth
from kpi.models import Adjustment, KpiItem, NotCounted
from kpi.views.report import Shown
from tickets.access import staff_tickets

CHUNK: Final = 1000
BANDS: Final = {
    "green": gettext_lazy("On target"),
    "yellow": gettext_lazy("Near target"),
    "red": gettext_lazy("Below target"),
    "none": gettext_lazy("No data"),
}
Column = tuple[str, float, str]
Row = list[Any]


@dataclass(frozen=True)
class Table:
    """One table: its code in an address, its title, (heading, width, kind) per column, and its rows when asked."""

    code: str
    title: str
    columns: Sequence[Column]
    rows: Callable[[], Iterator[Row]]


def tables(shown: Shown, viewer: User) -> list[Table]:
    """Report, types, items, and what moved after a lock."""
    found = [_report(shown), _types(shown), _items(shown, viewer)]
    return [*found, _adjustments(shown)] if shown.frame.locked else found


def _report(shown: Shown) -> Table:
    columns = [
        (_("Country"), 18, "text"), (_("Department"), 24, "text"), (_("Person"), 24, "text"), (_("Group"), 20, "text"),
        (_("KPI type"), 24, "text"), (_("Score"), 9, "tenths"), (_("Counted"), 10, "whole"),
        (_("Not counted"), 12, "whole"), (_("Open and late"), 13, "whole"), (_("Passed"), 9, "whole"),
        (_("Of"), 9, "whole"), (_("Result"), 16, "text"),
    ]  # fmt: skip
    return Table("report", _("Report"), columns, lambda: _report_rows(shown))


def _report_rows(shown: Shown) -> Iterator[Row]:
    """Each level as the page shows it: country, department, group, type; then the people of a department."""
    if shown.person:
        yield from _person_rows(["", ""], shown.person)
        return
    for country, places, whole in shown.countries:
        if whole:
            yield [country.name, "", "", "", "", *_numbers(country), *_level(country)]
        for place in places:
            where = [country.name, place.name]
            yield [*where, "", "", "", *_numbers(place), *_level(place)]
            yield from _group_rows([*where, ""], place)
            for person in place.owners:
                yield from _person_rows(where, person)


def _person_rows(where: list[str], person: OwnerMonth) -> Iterator[Row]:
    yield [*where, person.name, "", "", *_numbers(person), *_level(person)]
    yield from _group_rows([*where, person.name], person)


def _group_rows(where: list[str], level: DepartmentMonth | OwnerMonth) -> Iterator[Row]:
    for group in level.groups:
        yield [*where, group.name, "", *_numbers(group), *_level(group)]
        for row in group.types:
            yield [*where, group.name, row.name, *_numbers(row), row.passed, row.judged, _verdict(row)]


def _numbers(level: Any) -> Row:
    return [_score(level.score), level.counted, level.left_out, level.pending_breached]


def _level(level: Any) -> Row:
    """A mean has no verdict of its own: the band of its number, as the page colours it."""
    return [None, None, str(BANDS[rollup.band(level.score)])]


def _score(points: Any) -> float | None:
    """As the page shows it: one decimal, halves up."""
    return None if points is None else in_tenths(tenths(points))


def _verdict(row: TypeMonth) -> str:
    return _("No data") if row.passes is None else _("Passed") if row.passes else _("Not passed")


def _types(shown: Shown) -> Table:
    """Each type once per department or person, with the mean of each part."""
    labels = list(dict.fromkeys(part.label for _where, _group, row in _typed(shown) for part in row.parts))
    columns = [
        (_("Country"), 18, "text"), (_("Department"), 24, "text"), (_("Person"), 24, "text"), (_("Group"), 20, "text"),
        (_("KPI type"), 24, "text"), (_("Rule"), 26, "text"), (_("Weight"), 9, "whole"), (_("Pass mark"), 10, "tenths"),
        (_("Score"), 9, "tenths"), (_("Counted"), 10, "whole"), (_("Not counted"), 12, "whole"),
        (_("Passed"), 9, "whole"), (_("Of"), 9, "whole"), (_("Result"), 16, "text"),
        *[(_(label), 14, "tenths") for label in labels],
    ]  # fmt: skip
    return Table("types", _("Types"), columns, lambda: _type_rows(shown, labels))


def _type_rows(shown: Shown, labels: list[str]) -> Iterator[Row]:
    for where, group, row in _typed(shown):
        parts = {part.label: part.mean for part in row.parts}
        yield [
            *where, group, row.name, _(row.rule_label), row.weight, float(row.type.pass_mark), _score(row.score),
            row.counted, row.left_out, row.passed, row.judged, _verdict(row),
            *[_score(parts.get(label)) for label in labels],
        ]  # fmt: skip


def _typed(shown: Shown) -> Iterator[tuple[list[str], str, TypeMonth]]:
    levels: list[tuple[list[str], DepartmentMonth | OwnerMonth]] = []
    if shown.person:
        levels.append((["", "", shown.person.name], shown.person))
    for country, places, _whole in [] if shown.person else shown.countries:
        levels += [([country.name, place.name, ""], place) for place in places]
    for where, level in levels:
        for group in level.groups:
            for row in group.types:
                yield where, group.name, row


def _items(shown: Shown, viewer: User) -> Table:
    columns = [
        (_("Number"), 14, "text"), (_("Subject"), 44, "text"), (_("Source"), 11, "text"), (_("Country"), 18, "text"),
        (_("Department"), 24, "text"), (_("Person"), 24, "text"), (_("Unit"), 18, "text"), (_("KPI type"), 24, "text"),
        (_("Date"), 12, "date"), (_("Counted"), 10, "text"), (_("Why not"), 30, "text"), (_("Score"), 9, "tenths"),
        (_("Passed"), 9, "text"), (_("Why"), 70, "text"),
    ]  # fmt: skip
    return Table("items", _("Items"), columns, lambda: _item_rows(shown, viewer))


def _item_rows(shown: Shown, viewer: User) -> Iterator[Row]:
    """Every piece of work, counted or not. Tickets are named where the viewer may open them; two queries a chunk."""
    prefix, reasons = SiteSettings.load().number_prefix, dict(NotCounted.choices)
    related = ("type", "owner", "reporter", "unit", "department__country")
    order = ("department__country__name", "department__name", "date", "pk")
    rows = items_of(shown).select_related(*related).order_by(*order).iterator(chunk_size=CHUNK)
    while batch := list(islice(rows, CHUNK)):
        tickets = {
            item: (number, subject)
            for item, number, subject in staff_tickets(viewer)
            .filter(item__in=[item.pk for item in batch])
            .values_list("item_id", "pk", "subject")
        }
        locked = _as_locked(shown, batch)
        for item in batch:
            number, subject = tickets.get(item.pk, (None, ""))
            named = f"{prefix}-{number}" if number else item.external_id
            yield [named, subject, *_facts(item), *_judged(item, locked.get(item.pk), reasons)]


def items_of(shown: Shown) -> QuerySet[KpiItem]:
    """The items behind what is shown, counted and not."""
    items = KpiItem.objects.filter(month=shown.frame.month)
    if shown.person is None or shown.filters.department:
        items = items.filter(department__in=[one.department.id for one in shown.departments])
    return items.filter(owner=shown.person.id) if shown.person else items


def _facts(item: KpiItem) -> Row:
    who = item.owner or item.reporter
    return [
        item.get_source_display(), item.department.country.name, item.department.name, who.name if who else "",
        item.unit.name if item.unit else "", item.type.name, item.date,
    ]  # fmt: skip


def _judged(item: KpiItem, locked: Adjustment | None, reasons: dict[str, Any]) -> Row:
    """Counted, why not, score, verdict, sentence; of work that moved in a locked month what the month has of it."""
    reason, value, passed = item.not_counted, item.value, item.passed
    why = explanation.sentence_of(score) if (score := explanation.score_of(item)) else ""
    if locked is not None:
        side, why = locked.before, _("As locked; see Adjustments")
        if side is None:
            return [_("no"), _("Not in the locked month"), None, "", why]
        reason, value, passed = side["not_counted"], side["value"], side["passed"]
    counted = not reason
    verdict = "" if passed is None or not counted else _("yes") if passed else _("no")
    words = str(reasons.get(reason, reason))
    return [_("yes") if counted else _("no"), words, _score(value) if counted else None, verdict, why]


def _as_locked(shown: Shown, items: list[KpiItem]) -> dict[int, Adjustment]:
    if not shown.frame.locked:
        return {}
    moved = _moved(shown.frame.month).filter(item__in=[item.pk for item in items])
    return {row.item_id: row for row in moved}


def _moved(month: date) -> QuerySet[Adjustment]:
    return Adjustment.objects.filter(lock__month=month, lock__unlocked_at__isnull=True)


def _adjustments(shown: Shown) -> Table:
    columns = [
        (_("Item"), 10, "whole"), (_("Date"), 12, "date"), (_("Score as locked"), 15, "tenths"),
        (_("Not counted as locked"), 30, "text"), (_("Score now"), 11, "tenths"), (_("Not counted now"), 30, "text"),
        (_("Moved at (UTC)"), 18, "instant"), (_("Why"), 50, "text"),
    ]  # fmt: skip
    return Table("adjustments", _("Adjustments"), columns, lambda: _adjustment_rows(shown))


def _adjustment_rows(shown: Shown) -> Iterator[Row]:
    reasons = dict(NotCounted.choices)
    for row in _moved(shown.frame.month).order_by("item_id").iterator(chunk_size=CHUNK):
        side = row.before or row.after or {}
        if not _is_shown(shown, side):
            continue
        before, after = _side(row.before, reasons), _side(row.after, reasons)
        yield [row.item_id, date.fromisoformat(side["date"]), *before, *after, row.at.replace(tzinfo=None), row.why]


def _is_shown(shown: Shown, side: dict[str, Any]) -> bool:
    """As `items_of` decides."""
    places = {one.department.id for one in shown.departments}
    anywhere = shown.person is not None and shown.filters.department is None
    theirs = shown.person is None or side.get("owner") == shown.person.id
    return theirs and (anywhere or side.get("department") in places)


def _side(side: dict[str, Any] | None, reasons: dict[str, Any]) -> Row:
    if side is None:
        return [None, _("Not in the month")]
    return [_score(side["value"]), str(reasons.get(side["not_counted"], side["not_counted"]))]


def about(shown: Shown, viewer: User, *, at: Any) -> list[tuple[str, Any]]:
    """What the file is of: month, place, person, whether the month is over or locked, who made it and when."""
    place = shown.filters.department or shown.filters.country
    running = any(not country.over for country in shown.frame.countries)
    state = _("Locked") if shown.frame.locked else _("So far; the month is running") if running else _("Complete")
    return [
        (_("Month"), locks.named(shown.frame.month)),
        (_("Place"), place.name if place else _("Everything you may read")),
        (_("Person"), shown.person.name if shown.person else _("Everybody")),
        (_("State"), state),
        (_("Exported by"), viewer.name),
        (_("Exported at (UTC)"), at.replace(tzinfo=None, microsecond=0)),
    ]
