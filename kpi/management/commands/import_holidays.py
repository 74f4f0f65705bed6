"""manage.py import_holidays: the days off of a country from the published ones, as the admin's page does it."""

from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Country
from kpi import holidays_import
from kpi.holidays_import import Kind, Line
from kpi.import_forms import HolidayForm
from kpi.tasks import ask_to_redate

MARKS = {Kind.NEW: "+", Kind.GONE: "-", Kind.RENAMED: "~", Kind.KEPT: "=", Kind.SAME: " "}


class Command(BaseCommand):
    help = "Import the published holidays of a country. Days by hand stay; repeating changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        year = timezone.now().year
        parser.add_argument("country", help="ISO code of a country of this site, such as KE")
        parser.add_argument("--from", dest="first_year", default=str(year), help="first year (default: this one)")
        parser.add_argument("--to", dest="last_year", default=str(year + 1), help="last year (default: the next one)")
        parser.add_argument("--subdivision", default="", help="state or region, such as BY")
        parser.add_argument(
            "--category", dest="categories", action="append", help="kind of day, may be repeated (default: public)"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *, country: str, dry_run: bool, **options: Any) -> None:
        found = Country.objects.filter(code=country.upper()).first()
        if found is None:
            raise CommandError(f"There is no country {country}. Known: {', '.join(_codes()) or 'none'}.")
        if not holidays_import.is_known(found):
            raise CommandError(f"There are no published holidays for {found}. Enter its days by hand.")
        form = HolidayForm({**options, "categories": options["categories"] or ["public"]}, country=found)
        if not form.is_valid():
            raise CommandError(" ".join(str(words) for errors in form.errors.values() for words in errors))
        self._import(found, form, dry_run=dry_run)

    def _import(self, country: Country, form: HolidayForm, *, dry_run: bool) -> None:
        today = timezone.now().astimezone(ZoneInfo(country.zone)).date()
        with transaction.atomic():
            Country.objects.select_for_update().get(pk=country.pk)
            lines = holidays_import.compare(form.choice())
            at_once, past = holidays_import.split(country, lines, today=today)
            if not dry_run:
                holidays_import.write(country, at_once)
                transaction.on_commit(ask_to_redate)
        for line in lines:
            self.stdout.write(f"{MARKS[line.kind]} {line.date} {_words(line)}".rstrip())
        would = "would be written" if dry_run else "written"
        self.stdout.write(f"{country}: {len(at_once)} days {would}.")
        if past:
            self.stdout.write(
                f"{len(past)} days of the past may move scores: import them in the admin, where you see what moves."
            )


def _codes() -> list[str]:
    return list(Country.objects.order_by("code").values_list("code", flat=True))


def _words(line: Line) -> str:
    return f"{line.before} -> {line.name}" if line.kind is Kind.RENAMED else line.name or line.before
