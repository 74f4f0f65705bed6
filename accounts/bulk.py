"""What an admin does to many rows at once: which are left out and why, and the deed itself, written down row by row."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from accounts import audit
from accounts.models import User

Reasons = dict[Any, str]


def invites_nobody(person: User) -> None:
    """Most deeds invite nobody."""


@dataclass(frozen=True)
class Doing:
    """Who does it, when, and what was chosen for it."""

    actor: User
    at: datetime
    typed: dict[str, Any] = field(default_factory=dict)
    invite: Callable[[User], object] = invites_nobody


@dataclass(frozen=True)
class Deed:
    """One bulk action in words, which rows it leaves out, and what it does to the others.

    `reasons` is asked once the new value is chosen; what the deed `knows` before is on the page that asks for it.
    `carry_out` returns what it could not be done to after all. Not `together`: each row is a matter of its own, done
    in a transaction of its own.
    """

    title: Any
    will: Any  # what it will do, said before it is done
    button: Any
    reasons: Callable[[list[Any], Doing], Reasons]
    carry_out: Callable[[QuerySet[Any], Doing], Reasons]
    chooses: str = ""  # the column whose new value is asked for
    knows: Callable[[list[Any], Doing], Reasons] | None = None  # where nothing is chosen it is `reasons`
    together: bool = True
    counted: Callable[[int], str] | None = None
    line: Callable[[Any], str] = str


@dataclass(frozen=True)
class Result:
    """How many it was done to, and why not to the others."""

    done: int
    left: list[tuple[Any, str]]


def run(deed: Deed, chosen: QuerySet[Any], doing: Doing) -> Result:
    """Do it to everything it can be done to; where the rows go together, to all of those or none."""
    with transaction.atomic() if deed.together else nullcontext():
        rows = _rows(deed, chosen)
        reasons = deed.reasons(rows, doing)
        willing = [row.pk for row in rows if row.pk not in reasons]
        reasons |= deed.carry_out(chosen.model._default_manager.filter(pk__in=willing), doing) if willing else {}
    left = [(row, reasons[row.pk]) for row in rows if row.pk in reasons]
    return Result(len(rows) - len(left), left)


def why(rows: Iterable[Any], *cases: tuple[Callable[[Any], bool], Any]) -> Reasons:
    """The first case that is true of a row, by the row."""
    found = ((row.pk, next((str(words) for is_so, words in cases if is_so(row)), "")) for row in rows)
    return {pk: words for pk, words in found if words}


def setting(**values: Callable[[Doing], Any]) -> Callable[[QuerySet[Any], Doing], Reasons]:
    """A deed that writes these columns, each as it follows from what was chosen."""

    def carry_out(rows: QuerySet[Any], doing: Doing) -> Reasons:
        now = {name: value(doing) for name, value in values.items()}
        audit.update(rows, actor=doing.actor, at=doing.at, **now)
        return {}

    return carry_out


def counted(model: type[Model], number: int) -> str:
    """Such as "3 countries"."""
    words = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
    return f"{number} {words}"


def _rows(deed: Deed, chosen: QuerySet[Any]) -> list[Any]:
    # By their keys: the filter of the page may not find them any more once they are changed.
    keys = list(chosen.values_list("pk", flat=True))
    rows = chosen.model._default_manager.filter(pk__in=keys).order_by("pk")
    related = chosen.query.select_related
    if isinstance(related, dict) and not deed.together:
        rows = rows.select_related(*related)
    return list(rows.select_for_update(of=("self",)) if deed.together else rows)
