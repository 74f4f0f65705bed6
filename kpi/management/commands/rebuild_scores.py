"""manage.py rebuild_scores: every cell from its items; with --check only say what differs."""

import argparse
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import Progress

from kpi import cells, drift, months


def a_month(text: str) -> date:
    """--month 2026-10."""
    month = months.read(text)
    if month is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no month; write it as 2026-10")
    return month


class Command(BaseCommand):
    help = (
        "Rebuild the score cells that differ from the ledger, month by month. Safe to repeat and while people work. "
        "With --check: change nothing, print each cell that differs, exit 1 if there is one."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, only compare")
        parser.add_argument("--month", type=a_month, help="only this month, such as 2026-10")

    def handle(self, *, check: bool, month: date | None, **options: Any) -> None:
        outcome = self._compare([month] if month else cells.kept_months(), mend=not check)
        for told in drift.told(outcome.differing):
            self.stdout.write(told["cell"])
            for column, (stored, rebuilt) in told["columns"].items():
                self.stdout.write(f"  {column}: stored {stored}, rebuilt {rebuilt}")
        differing = len(outcome.differing)
        if not differing:
            self.stdout.write(f"No drift: {_cells(outcome.compared)} compared, every one equals a rebuild.")
        elif check:
            raise CommandError(f"{_cells(differing)} differ from a rebuild. Run rebuild_scores to mend them.")
        else:
            self.stdout.write(f"{_cells(outcome.compared)} compared, {differing} mended.")

    def _compare(self, wanted: list[date], *, mend: bool) -> drift.Outcome:
        with Progress(disable=not sys.stdout.isatty()) as progress:
            bar = progress.add_task("Comparing months", total=len(wanted))

            def tell(month: date) -> None:
                progress.update(bar, advance=1, description=f"Compared {months.written(month)}")

            return drift.compare(wanted, mend=mend, tell=tell)


def _cells(number: int) -> str:
    return f"{number} cell{'' if number == 1 else 's'}"
