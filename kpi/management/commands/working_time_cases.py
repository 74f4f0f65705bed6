"""manage.py working_time_cases FILE: the working-time engine against a file of cases."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpi.engine.cases import Answer, CasesError, read_cases


class Command(BaseCommand):
    help = "Runs a JSON file of working-time cases against the engine; exits 1 when an answer differs, 2 on a bad file."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file in the format that docs/engine.md describes")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            cases = read_cases(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        except (CasesError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}", returncode=2) from None
        wrong = 0
        for case in cases:
            answer = case.answer()
            if answer != case.expected:
                wrong += 1
                self.stdout.write(f"{case.name}: expected {shown(case.expected)}, got {shown(answer)}")
        closing = f"{len(cases)} cases, {len(cases) - wrong} as expected, {wrong} not"
        if wrong:
            raise CommandError(closing, returncode=1)
        self.stdout.write(closing)


def shown(answer: Answer) -> str:
    """As the file writes it: a UTC instant, seconds, or never."""
    if answer is None:
        return "never"
    if isinstance(answer, datetime):
        return answer.isoformat().replace("+00:00", "Z")
    return f"{answer.total_seconds():.6f}".rstrip("0").rstrip(".") + " s"
