"""The law of locked months: live = snapshot - before + after, cell by cell."""

from collections import Counter
from datetime import date
from typing import Any

from kpi.frame import CellFacts, Frame
from kpi.models import Cell, MonthLock

Sums = dict[tuple[int, int, str], Counter[str]]


def of_snapshot(lock: MonthLock) -> Sums:
    """What the snapshot and the adjustments of a lock add up to."""
    sums = {_key(cell): _sums(cell) for cell in Frame.from_json(lock.snapshot).cells}
    for adjustment in lock.adjustments.all():
        for sign, side in ((-1, adjustment.before), (1, adjustment.after)):
            if side is not None:
                cell = sums.setdefault((side["department"], side["type"], _subject(side)), Counter())
                cell.update({name: sign * number for name, number in _of_item(side).items()})
    return _without_zeros(sums)


def of_cells(month: date) -> Sums:
    """What the live cells of a month hold."""
    return _without_zeros(
        {(cell.department_id, cell.type_id, cell.subject): _sums(cell) for cell in Cell.objects.filter(month=month)}
    )


def _key(cell: CellFacts) -> tuple[int, int, str]:
    return cell.department, cell.type, cell.subject


def _subject(side: dict[str, Any]) -> str:
    if side["unit"]:
        return f"n{side['unit']}"
    return f"u{side['owner']}" if side["owner"] else "none"


def _sums(cell: Any) -> Counter[str]:
    sums = Counter({name: getattr(cell, name) for name in ("counted", "passed", "scored", "total")})
    sums.update({"late": cell.pending_breached})
    sums.update({f"not counted: {reason}": number for reason, number in cell.not_counted.items()})
    for name, numbers in cell.parts.items():
        sums.update({f"{name} {what}": number for what, number in zip(("points", "n", "met"), numbers, strict=True)})
    return sums


def _of_item(side: dict[str, Any]) -> Counter[str]:
    if side["not_counted"]:
        return Counter({f"not counted: {side['not_counted']}": 1, "late": int(side["late"])})
    sums = Counter({"counted": 1, "passed": int(bool(side["passed"]))})
    if side["value"] is not None:
        sums.update({"scored": 1, "total": side["value"]})
    for name, (points, met) in side["parts"].items():
        if points is not None:
            sums.update({f"{name} points": points, f"{name} n": 1, f"{name} met": int(bool(met))})
    return sums


def _without_zeros(sums: Sums) -> Sums:
    kept = {key: Counter({name: n for name, n in cell.items() if n}) for key, cell in sums.items()}
    return {key: cell for key, cell in kept.items() if cell}
