"""manage.py backfill_first_response: first responses that older tickets missed, from what was said on them."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.progress import Progress

from accounts.models import SiteSettings
from tickets import backfill


class Command(BaseCommand):
    help = (
        "Fill in the first response of closed tickets that show none although staff replied. Safe to repeat. "
        "Tickets that nobody answered stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing, only list what would be filled in")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        if dry_run:
            self._list()
        else:
            self._fill_in()

    def _list(self) -> None:
        prefix, number = SiteSettings.load().number_prefix, 0
        for ticket, response in backfill.found():
            number += 1
            self.stdout.write(
                f"{prefix}-{ticket.pk} {ticket.department}: {response.event.actor_name}, "
                f"assigned {response.assigned_at:%Y-%m-%d %H:%M} UTC, "
                f"{response.event.get_kind_display().lower()} {response.event.at:%Y-%m-%d %H:%M} UTC"
            )
        self.stdout.write(f"{_tickets(number)} would be filled in; nothing was changed.")

    def _fill_in(self) -> None:
        ids = list(backfill.without_response().values_list("pk", flat=True))
        with Progress(disable=not sys.stdout.isatty()) as progress:
            tracked = progress.track(ids, description="Filling in first responses")
            filled = sum(backfill.fill_in(pk, at=timezone.now()) is not None for pk in tracked)
        self.stdout.write(f"{_tickets(filled)} filled in.")


def _tickets(number: int) -> str:
    return f"{number} ticket{'' if number == 1 else 's'}"
