"""A small past to change: finished pieces of work of several people, types and days."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Department, User
from kpi import cells, changes, ledger
from kpi.basis import Stored
from kpi.ledger import Facts
from kpi.models import Change, ClockKind, KpiItem, KpiType, WorkState
from kpi.plans import Write
from kpi.rescoring import Loader, judge
from tests.cast import Cast, local, minutes

RESPONSE, RESOLUTION = ClockKind.RESPONSE, ClockKind.RESOLUTION
NOW = local(10, 12, month=11)


def worked(
    cast: Cast,
    start: datetime,
    *,
    response: float = 20,
    resolution: float = 200,
    type_: KpiType | None = None,
    owner: User | None = None,
    department: Department | None = None,
    done: bool = True,
    priority: str = "normal",
) -> KpiItem:
    """A piece of work begun at `start`, answered and finished so many wall-clock minutes later."""
    where = department or cast.department
    known = {
        "type": type_ or cast.issue, "department": where, "date": local_date(start), "priority": priority,
        "owner": owner or cast.assignee,
    }  # fmt: skip
    with transaction.atomic():
        item = ledger.post(Facts(**known))
        with ledger.posting(item.pk, at=start) as posting:
            posting.start(RESOLUTION, where)
            posting.start(RESPONSE, where)
    with transaction.atomic(), ledger.posting(item.pk, at=start + minutes(response)) as posting:
        posting.stop(RESPONSE)
    if done:
        with transaction.atomic(), ledger.posting(item.pk, at=start + minutes(resolution)) as posting:
            posting.stop(RESOLUTION)
            posting.follow(Facts(**known, state=WorkState.DONE))
    return KpiItem.objects.get(pk=item.pk)


def local_date(at: datetime) -> object:
    """The date in Nairobi."""
    return (at + timedelta(hours=3)).date()


def october(cast: Cast) -> list[KpiItem]:
    """A month of work: fast and slow, around Mashujaa Day, of two people, two types and two departments."""
    return [
        worked(cast, local(5, 9), response=10, resolution=100),
        worked(cast, local(5, 10), response=25, resolution=235),
        worked(cast, local(6, 9), response=29, resolution=300),
        worked(cast, local(6, 16), response=20, resolution=60 * 18),
        worked(cast, local(7, 9), response=40, resolution=239, owner=cast.mate),
        worked(cast, local(12, 9), response=50, resolution=400, type_=cast.request),
        worked(
            cast, local(14, 9), response=15, resolution=90, department=cast.other_department, owner=cast.other_agent
        ),
        worked(cast, local(16, 15), response=30, resolution=60 * 66, owner=cast.mate),
        worked(cast, local(19, 16), response=10, resolution=60 * 42),
        worked(cast, local(21, 9), response=5, resolution=120),
        worked(cast, local(28, 9), response=16, resolution=200, priority="high"),
        worked(cast, local(30, 16), response=12, done=False),
    ]


def proposed(cast: Cast, *writes: Write, at: datetime = NOW) -> Change:
    """A change with its preview made."""
    change = changes.propose(writes, title="A change", by=cast.admin, at=at)
    return run(change, at=at)


def run(change: Change, *, at: datetime = NOW) -> Change:
    """Work on it until nothing is left to do."""
    while changes.go_on(change.pk, at=at):
        pass
    change.refresh_from_db()
    return change


def apply(change: Change, cast: Cast, *, at: datetime = NOW, confirmed: str = "") -> Change:
    """Decide for it and work until it is done."""
    changes.decide(change.pk, reason="The contract says so.", by=cast.admin, at=at, confirmed=confirmed)
    return run(change, at=at)


def told(change: Change) -> dict[int, tuple[object, ...]]:
    """What the preview says of each item: {item: (value, passed, not counted)} afterwards."""
    columns = ("item_id", "after_value", "after_passed", "after_reason")
    return {pk: tuple(rest) for pk, *rest in change.items.values_list(*columns)}


def scores() -> dict[int, tuple[object, ...]]:
    """The same of every item as it is."""
    columns = ("pk", "value", "passed", "not_counted")
    return {pk: tuple(rest) for pk, *rest in KpiItem.objects.order_by("pk").values_list(*columns)}


def faults() -> list[object]:
    """Whatever differs from a rebuild from scratch: cells from their items, items from what is stored about them."""
    works = Loader().works(list(KpiItem.objects.values_list("pk", flat=True)))
    basis = Stored()
    judged = [judge(work, basis, at=NOW, remeasure=True) for work in works]
    # What only time brings, an open clock that is late by now, is no fault.
    wrong = [one.work.item.pk for one in judged if (one.moves if one.work.item.state == "open" else one.differs)]
    return [*cells.drift(), *wrong]
