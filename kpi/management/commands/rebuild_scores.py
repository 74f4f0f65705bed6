"""manage.py rebuild_scores: every cell from its items; with --check only say what differs."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.progress import Progress

from kpi import cells
from kpi.models import Cell, KpiItem

BATCH = 200


class Command(BaseCommand):
    help = (
        "Rebuild all score cells from the ledger. With --check: print each cell that differs, exit 1 if there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, only compare")

    def handle(self, *, check: bool, **options: Any) -> None:
        if check:
            self._check()
        else:
            self._rebuild()

    def _check(self) -> None:
        found = cells.drift()
        for key, wrong in found:
            self.stdout.write(f"{_told(key)}")
            for column, (stored, rebuilt) in wrong.items():
                self.stdout.write(f"  {column}: stored {stored}, rebuilt {rebuilt}")
        if found:
            raise CommandError(f"{len(found)} cells differ from a rebuild. Run rebuild_scores to mend them.")
        self.stdout.write("No drift: every cell equals a rebuild.")

    def _rebuild(self) -> None:
        keys = sorted(_keys())
        with Progress(disable=not sys.stdout.isatty()) as progress:
            for batch in progress.track(range(0, len(keys), BATCH), description="Rebuilding cells"):
                with transaction.atomic():
                    cells.rebuild(keys[batch : batch + BATCH])
        self.stdout.write(f"{len(keys)} cells rebuilt.")


def _keys() -> set[cells.CellKey]:
    """The cells that are there and those that the items ask for."""
    items = KpiItem.objects.order_by().values_list(*cells.KEY).distinct()
    rows = [*Cell.objects.values_list(*cells.KEY), *items]
    return {
        cells.CellKey(department, type_, month, owner or 0, unit or 0) for department, type_, month, owner, unit in rows
    }


def _told(key: cells.CellKey) -> str:
    return f"department {key.department_id}, type {key.type_id}, {key.month:%Y-%m}, {key.subject}"
