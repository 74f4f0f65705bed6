"""All checks in their order; what cannot be told because something below it is away says so."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import DatabaseError

from kpiweb.doctor import background, data, mail, surroundings
from kpiweb.doctor.finding import NO_DATABASE, Finding, Level, fail, warn
from kpiweb.request_log import error_sentence

Check = Callable[[], Finding | Iterator[Finding]]


def examine(*, clock: Callable[[], datetime], mail_to: str = "", wait: float = 10) -> Iterator[Finding]:
    """One finding after the other, each as soon as it is known. Never raises over what it examines."""
    database = data.database()
    yield database
    stored = database.level == Level.OK
    migrated = False
    if stored:
        for finding in _tried("Migrations", data.migrations):
            migrated = finding.level == Level.OK
            yield finding
    broker = background.redis()
    yield broker
    needing_data: list[tuple[str, Check]] = [
        (
            "Worker",
            lambda: background.worker_and_beat(at=clock(), wait=wait, broker=broker.level == Level.OK),
        ),
        ("Outbox", lambda: mail.outbox(at=clock())),
        ("Clock", lambda: surroundings.clocks(clock)),
        ("Zone data", surroundings.zones),
        ("Site", data.content),
        ("Second step", data.second_steps),
    ]
    for what, check in needing_data:
        if stored and migrated:
            yield from _tried(what, check)
        else:
            yield warn(what, NO_DATABASE if not stored else "cannot be told before the migrations", "see above")
    yield from _tried("Mail", lambda: mail.server(mail_to))
    yield from _tried("Folders", surroundings.folders)
    yield from _tried("Google", surroundings.google)
    yield from _tried("Security", surroundings.insecure)


def _tried(what: str, check: Check) -> Iterator[Finding]:
    try:
        found = check()
        yield from [found] if isinstance(found, Finding) else found
    except DatabaseError as error:
        yield fail(what, error_sentence(error), "see the database above")
