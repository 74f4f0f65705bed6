"""A month as reports read it: plain rows of its cells and of everything that tells what they mean.

A frame is all that a report knows, so a snapshot of one is the report of a locked month for ever. Source: the domain
page, section 7. Ids are those of the rows; subjects are the cells' own, "u<owner>", "n<unit>" or
"none", or "all" where people were added up.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from kpi.engine.rules.project import Project, owners_with_target


@dataclass(frozen=True)
class CountryFacts:
    """A country; `over` once the month has ended there."""

    id: int
    code: str
    name: str
    over: bool


@dataclass(frozen=True)
class DepartmentFacts:
    """A department and its country's id."""

    id: int
    code: str
    name: str
    country: int


@dataclass(frozen=True)
class GroupFacts:
    """A KPI group."""

    id: int
    name: str
    position: int
    contributes_to_uptime: bool


@dataclass(frozen=True)
class TypeFacts:
    """A type with its version valid on the month's last day; `group` is an id, `pass_mark` a decimal as text."""

    id: int
    code: str
    name: str
    rule: str
    group: int
    weight: int
    pass_mark: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class OwnerFacts:
    """A person and the id of their department now."""

    id: int
    name: str
    department: int | None


@dataclass(frozen=True)
class UnitFacts:
    """A unit that was active in the month: its active part, and the seconds of it so far by kind of window."""

    id: int
    name: str
    department: int
    first: str
    last: str
    window_seconds: dict[str, int]


@dataclass(frozen=True)
class CellFacts:
    """The sums of one cell, as kpi.models.Cell keeps them."""

    department: int
    type: int
    subject: str
    counted: int
    passed: int
    scored: int
    total: int
    parts: dict[str, list[int]]
    amounts: dict[str, int]
    not_counted: dict[str, int]
    pending_breached: int

    @property
    def owner(self) -> int | None:
        """The owner's id."""
        return int(self.subject[1:]) if self.subject.startswith("u") else None


ROWS = {
    "countries": CountryFacts,
    "departments": DepartmentFacts,
    "groups": GroupFacts,
    "types": TypeFacts,
    "owners": OwnerFacts,
    "units": UnitFacts,
    "cells": CellFacts,
}


@dataclass(frozen=True)
class Frame:
    """One month. `offered` are the (department, type) pairs of the map; `locked` months are read from a snapshot."""

    month: date
    countries: tuple[CountryFacts, ...] = ()
    departments: tuple[DepartmentFacts, ...] = ()
    groups: tuple[GroupFacts, ...] = ()
    types: tuple[TypeFacts, ...] = ()
    owners: tuple[OwnerFacts, ...] = ()
    units: tuple[UnitFacts, ...] = ()
    cells: tuple[CellFacts, ...] = ()
    offered: tuple[tuple[int, int], ...] = ()
    locked: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists and scalars; `from_json` gives an equal frame."""
        rows = {name: [asdict(row) for row in getattr(self, name)] for name in ROWS}
        offered = [list(pair) for pair in self.offered]
        return {"month": self.month.isoformat(), **rows, "offered": offered, "locked": self.locked}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The frame that `as_json` wrote."""
        rows: dict[str, Any] = {name: tuple(kind(**row) for row in data[name]) for name, kind in ROWS.items()}
        offered = tuple((department, type_) for department, type_ in data["offered"])
        return cls(date.fromisoformat(data["month"]), **rows, offered=offered, locked=data["locked"])

    def only(self, *, departments: Collection[int] | None = None, owner: int | None = None) -> "Frame":
        """The part of the frame that concerns these departments, or this owner in all departments."""
        kept = [
            cell
            for cell in self.cells
            if (departments is None or cell.department in departments) and (owner is None or cell.owner == owner)
        ]
        wanted = {one.id for one in self.departments} if departments is None else set(departments)
        return Frame(
            month=self.month,
            countries=tuple(
                one for one in self.countries if any(d.country == one.id for d in self.departments if d.id in wanted)
            ),
            departments=tuple(one for one in self.departments if one.id in wanted),
            groups=self.groups,
            types=self.types,
            owners=tuple(one for one in self.owners if owner in (None, one.id)),
            units=tuple(one for one in self.units if one.department in wanted and owner is None),
            cells=tuple(kept),
            offered=tuple(pair for pair in self.offered if pair[0] in wanted and owner is None),
            locked=self.locked,
        )

    @cached_property
    def country_of(self) -> dict[int, CountryFacts]:
        """The country of each department."""
        by_id = {one.id: one for one in self.countries}
        return {one.id: by_id[one.country] for one in self.departments}

    @cached_property
    def offered_in(self) -> dict[int, list[int]]:
        """The types that the map offers in each department, of those that mean something in this month."""
        found: dict[int, list[int]] = {}
        for department, type_ in self.offered:
            if type_ in self.type_of:
                found.setdefault(department, []).append(type_)
        return found

    @cached_property
    def type_of(self) -> dict[int, TypeFacts]:
        return {one.id: one for one in self.types}

    @cached_property
    def group_of(self) -> dict[int, GroupFacts]:
        return {one.id: one for one in self.groups}

    @cached_property
    def owner_of(self) -> dict[int, OwnerFacts]:
        return {one.id: one for one in self.owners}

    @cached_property
    def unit_of(self) -> dict[int, UnitFacts]:
        return {one.id: one for one in self.units}

    @cached_property
    def expected(self) -> list[tuple[int, int]]:
        """(owner, type) of everybody with a target of their own and no counted work of the type."""
        wanted = [(owner, one.id) for one in self.types for owner in sorted(expected_owners(one, self.month))]
        done = {(cell.owner, cell.type) for cell in self.cells if cell.counted} if wanted else set()
        return [pair for pair in wanted if pair[0] in self.owner_of and pair not in done]

    @cached_property
    def unreported(self) -> list[UnitFacts]:
        """The units that were active by now and of which nothing counted."""
        reported = {cell.subject for cell in self.cells if cell.counted}
        return [one for one in self.units if one.window_seconds["24x7"] and f"n{one.id}" not in reported]


def expected_owners(facts: TypeFacts, month: date) -> set[int]:
    """People with a target of their own in the month, which only the rule project knows."""
    return owners_with_target(facts.parameters, month) if facts.rule == Project.code else set()
