"""manage.py seed_demo: a company to try the product with."""

import subprocess
import sys
from argparse import ArgumentParser
from datetime import UTC, date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.progress import Progress

from tickets.demo import people
from tickets.demo.seeding import RealData, seed_older, seed_recent


class Command(BaseCommand):
    help = "Fill an empty database with a demo company: three countries, half a year of tickets, people to sign in as."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="tell the story as of this day (YYYY-MM-DD)")
        parser.add_argument("--seed", type=int, default=1, help="another number tells another story")
        parser.add_argument("--recent-only", action="store_true", help="leave the older months out for now")
        parser.add_argument("--older", action="store_true", help="write only the older months of a demo that is there")
        parser.add_argument("--background", action="store_true", help="write the older months in a second process")

    def handle(
        self, *, today: date | None, seed: int, recent_only: bool, older: bool, background: bool, **options: Any
    ) -> None:
        if not older:
            self._recent(as_of=_as_of(today), seed=seed)
        if background:
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "seed_demo", "--older"]
            subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
        elif older or not recent_only:
            self._older()

    def _recent(self, *, as_of: datetime, seed: int) -> None:
        try:
            fresh = seed_recent(as_of=as_of, seed=seed)
        except RealData:
            raise CommandError(
                "This database holds people or tickets that are not from the demo, so the demo stays out of it. "
                "Use an empty database."
            ) from None
        self.stdout.write("Demo data written." if fresh else "The demo data is there already.")
        self.stdout.write(f"\nSign in with the password {people.PASSWORD} as one of:\n")
        for line in people.introduction():
            self.stdout.write(f"  {line}")

    def _older(self) -> None:
        with Progress(disable=not sys.stdout.isatty()) as progress:
            task = progress.add_task("Writing the older months")
            seed_older(lambda done, total: progress.update(task, completed=done, total=total))


def _as_of(today: date | None) -> datetime:
    """The moment the story is told at: now, or noon UTC of `today` where that is past."""
    now = timezone.now().replace(second=0, microsecond=0)
    return now if today is None else min(now, datetime.combine(today, time(12), tzinfo=UTC))
