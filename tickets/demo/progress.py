"""How far the demo's older months are, for the banner that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest

from tickets.models import DemoRun


@dataclass(frozen=True)
class Progress:
    """Older tickets written so far, of how many."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


def current() -> Progress | None:
    """The progress while the older months are being written; None afterwards and in a real database.

    One query, and none at all without the mark: real installations pay nothing for the demo.
    """
    if not _mark().exists():
        return None
    run = DemoRun.objects.filter(pk=1, older_done__lt=F("older_total")).first()
    return Progress(run.older_done, run.older_total) if run else None


def begin() -> None:
    """Leave the mark that older months are to come."""
    _mark().parent.mkdir(parents=True, exist_ok=True)
    _mark().touch()


def finish() -> None:
    _mark().unlink(missing_ok=True)


def demo_progress(request: HttpRequest) -> dict[str, Callable[[], Progress | None]]:
    """Context processor: templates call `demo_progress` where they show the banner."""
    return {"demo_progress": current}


def _mark() -> Path:
    return Path(settings.VAR_DIR) / "demo-in-progress"
