"""manage.py setup: the first admin, country, department, types and holidays; by questions or by options."""

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import User
from kpiweb.doctor.data import database, migrations
from kpiweb.doctor.finding import Level
from kpiweb.setting_up.questions import QUESTIONS, Answers, Question
from kpiweb.setting_up.writing import Line, write

STOPPED = "Stopped; nothing was written."


class Command(BaseCommand):
    help = "Sets up the first admin, a country, a department, KPI types and holidays. What is there already stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for question in QUESTIONS:
            parser.add_argument(f"--{question.option}", help=f"{question.asks}: {question.help}", metavar="…")
        parser.add_argument(
            "--admin-password-file",
            metavar="PATH",
            help="a file that holds the admin's password; - reads it from stdin",
        )
        parser.add_argument("--no-input", action="store_true", help="never ask: options and defaults must be enough")

    def handle(self, *, admin_password_file: str | None, no_input: bool, **options: Any) -> None:
        self._needs_a_database()
        self.asks = sys.stdin.isatty() and not no_input
        try:
            answers = self._answers(options)
            password = self._password(answers, admin_password_file)
        except (KeyboardInterrupt, EOFError):
            raise CommandError(STOPPED) from None
        self._tell(write(answers, password=password, at=timezone.now()), answers, password)

    def _needs_a_database(self) -> None:
        try:
            found = [database(), migrations()]
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        for finding in found:
            if finding.level == Level.FAIL:
                raise CommandError(f"{finding.what}: {finding.words}. First: {finding.mend}")

    def _answers(self, options: dict[str, Any]) -> Answers:
        answers: Answers = {}
        wrong = []
        for question in QUESTIONS:
            if not question.needed(answers):
                continue
            try:
                answers[question.name] = self._answer(question, answers, options[question.name])
            except ValueError as error:
                wrong.append(f"--{question.option}: {error}")
        if wrong:
            raise CommandError("\n".join(wrong))
        return answers

    def _answer(self, question: Question, answers: Answers, given: str | None) -> Any:
        if given is not None:
            return question.read(given, answers)
        default = question.default(answers)
        if not self.asks:
            if not default:
                raise ValueError(f"is missing. {question.asks}: {question.help}.")
            return question.read(default, answers)
        while True:
            shown = f" [{default}]" if default else f" ({question.help})"
            try:
                return question.read(input(f"{question.asks}{shown}: ").strip() or default, answers)
            except ValueError as error:
                self.stdout.write(self.style.ERROR(str(error)))

    def _password(self, answers: Answers, path: str | None) -> str:
        """From the file, else asked twice; empty means: by a mailed link."""
        if "admin_name" not in answers:
            return ""
        person = User(email=answers["admin_email"], name=answers["admin_name"])
        if path is not None:
            return self._from_file(path, person)
        while self.asks:
            typed = getpass.getpass("Password (empty: by a mailed link): ")
            if not typed:
                return ""
            try:
                validate_password(typed, person)
            except ValidationError as error:
                self.stdout.write(self.style.ERROR(" ".join(error.messages)))
                continue
            if getpass.getpass("Once more: ") == typed:
                return typed
            self.stdout.write(self.style.ERROR("The two are not the same."))
        return ""

    def _from_file(self, path: str, person: User) -> str:
        try:
            text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
            password = text.rstrip("\r\n")
            validate_password(password, person)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"--admin-password-file cannot be read: {error}") from error
        except ValidationError as error:
            raise CommandError(f"--admin-password-file: {' '.join(error.messages)}") from error
        return password

    def _tell(self, lines: list[Line], answers: Answers, password: str) -> None:
        for new, words in lines:
            self.stdout.write(f"{'made ' if new else 'there'}  {words}")
        site = settings.SITE_URL
        how = "" if password or "admin_name" not in answers else ", by “I forgot my password”"
        self.stdout.write(f"\nSign in as {answers['admin_email']}{how}: {site}/accounts/login/?next=/admin/")
        self.stdout.write(f"What comes next: {site}/help/admin/#first-steps")
