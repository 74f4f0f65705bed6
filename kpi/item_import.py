"""An uploaded workbook on its way into the ledger: checked, confirmed, stored whole or not at all.

The worker takes a file up by a claim that runs out, so a file whose worker died is taken up again; storing is one
transaction that ends by marking the file, so nothing is stored half or twice.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from kpi import ledger
from kpi.basis import Loaded
from kpi.excel import files
from kpi.excel.files import Unusable
from kpi.excel.known import Known
from kpi.excel.reading import Reading, read
from kpi.excel.row import Fault
from kpi.models import ImportProblem, ItemImport

LEASE: Final = timedelta(minutes=2)
MOST_TRIES: Final = 4
TOLD_EVERY: Final = 250  # rows
BATCH: Final = 1000
TO_DO: Final = (ItemImport.State.WAITING, ItemImport.State.STORING)
State = ItemImport.State
Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


def digest_of(content: bytes) -> str:
    """What names a file's content."""
    return hashlib.sha256(content).hexdigest()


def stored_before(digest: str) -> ItemImport | None:
    """The import that stored this very file, None where there was none."""
    return ItemImport.objects.filter(digest=digest, state=State.STORED).select_related("by").first()


def receive(content: bytes, *, name: str, by: User, at: datetime) -> ItemImport:
    """Keep the file for its check. Unusable for what is no plain workbook."""
    files.inspect(content)
    return ItemImport.objects.create(name=name[:200], digest=digest_of(content), content=content, by=by, at=at)


def confirm(pk: int) -> bool:
    """Have a checked file stored; False when it is not waiting for that any more."""
    ready = ItemImport.objects.filter(pk=pk, state=State.CHECKED)
    return bool(ready.update(state=State.STORING, claimed_until=None, tries=0, done=0))


def discard(pk: int, *, at: datetime) -> bool:
    """Drop a checked file; False when it is not waiting for that any more."""
    ready = ItemImport.objects.filter(pk=pk, state=State.CHECKED)
    return bool(ready.update(state=State.DISCARDED, content=None, decided_at=at))


def to_do(*, at: datetime) -> list[int]:
    """The files nobody works on, oldest first."""
    return list(_unclaimed(at).order_by("pk").values_list("pk", flat=True))


def work_on(pk: int, *, clock: Clock) -> None:
    """Check or store a file, whichever it waits for. May be lost, repeated, or run twice at the same time."""
    file = _claim(pk, at=clock())
    if file is None:
        return
    try:
        if file.state == State.WAITING:
            _check(file, clock)
        else:
            _store(file, clock)
    except Exception:
        logger.exception("import %s was interrupted", pk)
        if file.tries >= MOST_TRIES:
            why = _("Something went wrong on our side, and nothing was stored. Choose the file again later.")
            _decide(file, State.FAILED, at=clock(), why=why)
        raise


def _unclaimed(at: datetime) -> "QuerySet[ItemImport]":
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)
    return ItemImport.objects.filter(free, state__in=TO_DO)


def _claim(pk: int, *, at: datetime) -> ItemImport | None:
    taken = _unclaimed(at).filter(pk=pk).update(claimed_until=at + LEASE, tries=F("tries") + 1)
    return ItemImport.objects.get(pk=pk) if taken else None


def _read(file: ItemImport, clock: Clock) -> Reading:
    def told(done: int, rows: int) -> None:
        if done % TOLD_EVERY == 0 or done == rows:
            same = ItemImport.objects.filter(pk=file.pk, state=file.state)
            same.update(done=done, rows=rows, claimed_until=clock() + LEASE)

    return read(files.rows(bytes(file.content or b"")), Known(at=clock()), file=file, told=told)


def _check(file: ItemImport, clock: Clock) -> None:
    try:
        reading = _read(file, clock)
    except Unusable as unusable:
        _decide(file, State.REFUSED, at=clock(), why=str(unusable.sentence))
        return
    if reading.faults:
        _refuse(file, reading, at=clock())
        return
    items = ledger.judged(reading.facts, Loaded.stored(), at=clock())
    reasons = Counter(item.not_counted for item in items if item.not_counted)
    found = {"rows": reading.rows, "known": reading.known, "new": len(items), "not_counted": dict(reasons)}
    ItemImport.objects.filter(pk=file.pk, state=State.WAITING).update(state=State.CHECKED, claimed_until=None, **found)


def _store(file: ItemImport, clock: Clock) -> None:
    """Read once more, since the site may have changed since the check; a row stored meanwhile is a known one."""
    reading = _read(file, clock)
    if reading.faults:
        _refuse(file, reading, at=clock())
        return
    try:
        _write(file, reading, at=clock().replace(microsecond=0))
    except IntegrityError:
        _write(file, _read(file, clock), at=clock().replace(microsecond=0))


@transaction.atomic
def _write(file: ItemImport, reading: Reading, *, at: datetime) -> None:
    locked = ItemImport.objects.select_for_update().defer("content").get(pk=file.pk)
    if locked.state != State.STORING:
        return
    items = ledger.enter(reading.facts, at=at, basis=Loaded.stored())
    found = {"rows": reading.rows, "known": reading.known, "new": len(items)}
    _decide(locked, State.STORED, at=at, **found)


def _refuse(file: ItemImport, reading: Reading, *, at: datetime) -> None:
    with transaction.atomic():
        ItemImport.objects.select_for_update().defer("content").get(pk=file.pk)
        ImportProblem.objects.filter(file=file).delete()
        ImportProblem.objects.bulk_create([_problem(file, fault) for fault in reading.faults], batch_size=BATCH)
        _decide(file, State.REFUSED, at=at, rows=reading.rows, known=reading.known, problems=len(reading.faults))


def _problem(file: ItemImport, fault: Fault) -> ImportProblem:
    return ImportProblem(
        file=file,
        row=fault.row,
        place=fault.place,
        column=fault.letter,
        heading=fault.heading[:80],
        message=fault.message[:300],
    )


def _decide(file: ItemImport, state: State, *, at: datetime, **found: object) -> None:
    """The end of the file's way; its content is no longer needed."""
    undecided = ItemImport.objects.filter(pk=file.pk, state__in=TO_DO)
    undecided.update(state=state, content=None, claimed_until=None, decided_at=at, **found)
