"""Manual corrections of single metrics (domain section 7): they win over the clock and over what was typed.

A correction is a row of its own, kept through every rebuild; removing it restores what was measured. The item is judged
anew through the ledger, so cells follow in the same transaction, and in a locked month an adjustment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import SettingsChange, User
from kpi import ledger
from kpi.engine.rules import RULES, typed
from kpi.engine.rules.fields import Metric
from kpi.engine.score import spoken
from kpi.models import KpiItem, Override, WorkState


class CannotCorrect(Exception):
    """The item takes no correction as it stands; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotYours(CannotCorrect):
    """Only admins correct."""


@dataclass(frozen=True)
class Told:
    """A correction as pages show it: `before` is what it stands instead of, `by_clock` whether a clock said that."""

    override: Override
    label: str
    value: str
    before: str
    by_clock: bool


def why_not(item: KpiItem) -> str:
    """Why nothing of the item can be corrected; empty where it can."""
    if item.state == WorkState.OPEN:
        return _("The work is still open. Correct its score when it is closed.")
    if item.state != WorkState.DONE:
        return _("Work that was rejected, withdrawn or merged is never scored, so there is nothing to correct.")
    return "" if fields(item) else _("This rule measures nothing that could be corrected.")


def fields(item: KpiItem) -> list[Metric]:
    """The metrics that may be corrected: not what the work knows by itself, nor the unit it is about."""
    return [metric for metric in RULES[item.type.rule].metrics if not metric.given and metric.kind != "unit"]


def measured(item: KpiItem) -> dict[str, Any]:
    """What would hold without any correction: what was typed, then what the clocks say. One query."""
    by_clock = {f"{clock.kind}_seconds": clock.value_seconds for clock in item.clocks.all()}
    return {**item.metrics, **by_clock}


def holding(item: KpiItem) -> dict[str, Any]:
    """What holds now, corrections among it. Two queries."""
    return measured(item) | ledger.corrections_of(item)


def told(item: KpiItem) -> list[Told]:
    """The corrections of an item, oldest first. Two queries, one without corrections."""
    rows = list(item.overrides.select_related("by").order_by("at", "pk"))
    before = measured(item) if rows else {}
    by_name = {metric.name: metric for metric in RULES[item.type.rule].metrics}
    return [
        Told(
            override=row,
            label=_(by_name[row.metric].label) if row.metric in by_name else row.metric,
            value=in_words(by_name.get(row.metric), row.value),
            before=in_words(by_name.get(row.metric), before.get(row.metric)),
            by_clock=row.metric in by_name and bool(by_name[row.metric].clock) and item.source == KpiItem.Source.CLOCK,
        )
        for row in rows
    ]


def in_words(metric: Metric | None, value: Any) -> str:
    """A metric as people read it: "1 h 20 min", "97.5 %", "yes"; "" without one."""
    if value is None or metric is None:
        return "" if value is None else str(value)
    if metric.kind == "duration":
        return spoken(value)
    if metric.kind == "tick":
        return _("yes") if value else _("no")
    text = typed.write(metric, value).replace("T", " ")
    return f"{text} %" if metric.kind == "percent" else text


def correct(item_id: int, values: Mapping[str, Any], *, actor: User, why: str, at: datetime) -> bool:
    """Let `values` hold, by metric; what is left out or equals what was measured is no correction (any more).

    False when that is so already. The caller has validated the values.
    """
    with transaction.atomic(), ledger.posting(item_id, at=at) as change:
        item = _locked(change, item_id, actor)
        before, base = ledger.corrections_of(item), measured(item)
        names = [metric.name for metric in fields(item)]
        wanted = {
            name: values[name] for name in names if values.get(name) is not None and values[name] != base.get(name)
        }
        for name in names:
            if before.get(name) == wanted.get(name):
                continue
            item.overrides.filter(metric=name).delete()
            if name in wanted:
                Override.objects.create(item=item, metric=name, value=wanted[name], by=actor, at=at, why=why)
        kept = {name: value for name, value in before.items() if name in names}
        if kept == wanted:
            return False
        _write_down(item, kept, wanted, base, actor=actor, why=why, at=at)
    return True


def restore(item_id: int, metric: str, *, actor: User, at: datetime) -> bool:
    """Remove the correction of one metric; False where there is none."""
    with transaction.atomic(), ledger.posting(item_id, at=at) as change:
        item = _locked(change, item_id, actor)
        before = ledger.corrections_of(item)
        if metric not in before:
            return False
        item.overrides.filter(metric=metric).delete()
        kept = {name: value for name, value in before.items() if name != metric}
        _write_down(item, before, kept, measured(item), actor=actor, why=_("Correction removed"), at=at)
    return True


def _locked(change: ledger.Posting, item_id: int, actor: User) -> KpiItem:
    """The item under its lock, to be judged anew at the end."""
    if not actor.is_admin:
        raise NotYours(_("Only admins correct scores by hand."))
    change.touch()
    item = KpiItem.objects.select_related("type").get(pk=item_id)
    sentence = why_not(item)
    if sentence:
        raise CannotCorrect(sentence)
    return item


def _write_down(
    item: KpiItem,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    base: Mapping[str, Any],
    *,
    actor: User,
    why: str,
    at: datetime,
) -> None:
    """An audit row: of each metric what held and what holds, in words."""
    changes = {
        metric.label: [
            in_words(metric, before.get(metric.name, base.get(metric.name))),
            in_words(metric, after.get(metric.name, base.get(metric.name))),
        ]
        for metric in fields(item)
        if before.get(metric.name) != after.get(metric.name)
    }
    audit.note(item, {**changes, "reason": [None, why]}, action=SettingsChange.Action.UPDATE, actor=actor, at=at)
