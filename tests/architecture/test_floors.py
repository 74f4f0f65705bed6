"""Imports and foreign keys go down, and no import goes round."""

import subprocess
import sys

from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.architecture.source import APPS, ROOT

FLOORS = {"kpiweb": 4, "intake": 3, "tickets": 2, "kpi": 1, "notifications": 1, "accounts": 0}


def may_point(from_app: str, to_app: str) -> bool:
    """A model may point within its app, or to a lower floor; kpi and notifications are neighbours."""
    return from_app == to_app or FLOORS[from_app] > FLOORS[to_app]


def test_every_app_has_a_floor() -> None:
    assert set(FLOORS) == set(APPS)


def test_imports_keep_the_contracts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for app in APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model._meta.app_label in FLOORS
        and not may_point(app, field.related_model._meta.app_label)
    ]
    assert upward == []


def test_neighbours_may_not_point_at_each_other() -> None:
    assert not may_point("kpi", "notifications")
    assert not may_point("accounts", "tickets")
    assert may_point("tickets", "kpi")


def test_migrations_match_the_models(db: None) -> None:
    # Raises SystemExit when a migration is missing.
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
