"""manage.py doctor: examine this installation and say how to mend it."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.text import Text

from kpiweb.doctor.examination import examine
from kpiweb.doctor.finding import Finding, Level
from notifications.wording import is_address

COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}
WIDTH = 14


class Command(BaseCommand):
    help = "Examines database, background work, mail and settings; each problem with the line that mends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail-to", default="", metavar="ADDRESS", help="really send a mail to this address")
        parser.add_argument("--wait", type=float, default=10, metavar="SECONDS", help="for the worker's answer (10)")
        parser.add_argument("--json", action="store_true", help="one JSON document, for machines")

    def handle(self, *, mail_to: str, wait: float, json: bool, **options: Any) -> None:
        if mail_to and not is_address(mail_to):
            raise CommandError(f"{mail_to} is not a mail address.")
        findings = examine(clock=timezone.now, mail_to=mail_to, wait=wait)
        failed = self._as_json(findings) if json else self._as_lines(findings)
        if failed:
            sys.exit(1)

    def _as_json(self, findings: Iterable[Finding]) -> int:
        found = list(findings)
        failed = sum(finding.level == Level.FAIL for finding in found)
        self.stdout.write(json.dumps({"healthy": not failed, "findings": list(map(asdict, found))}, indent=2))
        return failed

    def _as_lines(self, findings: Iterable[Finding]) -> int:
        show = self._show_in_colour if self.stdout.isatty() else self._show
        counts = dict.fromkeys(Level, 0)
        for finding in findings:
            counts[finding.level] += 1
            show(finding)
        self.stdout.write(f"\n{counts[Level.FAIL]} failed, {counts[Level.WARN]} to look at, {counts[Level.OK]} fine.")
        return counts[Level.FAIL]

    def _show(self, finding: Finding) -> None:
        self.stdout.write(f"{finding.level:4}  {finding.what:{WIDTH}} {finding.words}")
        if finding.mend:
            self.stdout.write(f"{'':6}{'':{WIDTH}} mend: {finding.mend}")

    def _show_in_colour(self, finding: Finding) -> None:
        console = Console(highlight=False, soft_wrap=True)
        line = Text.assemble(
            (f"{finding.level:4}  ", COLOURS[finding.level]), (f"{finding.what:{WIDTH}} ", "bold"), finding.words
        )
        console.print(line)
        if finding.mend:
            console.print(Text(f"{'':6}{'':{WIDTH}} mend: {finding.mend}", style="cyan"))
