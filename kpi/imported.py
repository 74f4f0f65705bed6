"""Imported work corrected or removed by hand: through the ledger, with the reason in the audit log."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import SettingsChange, User
from kpi import ledger
from kpi.engine.rules import RULES, typed
from kpi.ledger import Facts
from kpi.models import KpiItem


def correct(item_id: int, facts: Facts, *, actor: User, why: str, at: datetime) -> bool:
    """Take over `facts`; False when they say what the item says already. In a locked month an adjustment follows."""
    with transaction.atomic():
        before = told(_locked(item_id))
        with ledger.posting(item_id, at=at) as item:
            item.follow(facts)
        after = told(_of(item_id))
        changes = {name: [before.get(name), after.get(name)] for name in {**before, **after}}
        changes = {name: values for name, values in changes.items() if values[0] != values[1]}
        if changes:
            _write_down(item_id, changes, SettingsChange.Action.UPDATE, actor=actor, why=why, at=at)
    return bool(changes)


def remove(item_id: int, *, actor: User, why: str, at: datetime) -> None:
    """Take the item out of the ledger; its row may be imported again."""
    with transaction.atomic():
        changes = {name: [value, None] for name, value in told(_locked(item_id)).items()}
        _write_down(item_id, changes, SettingsChange.Action.DELETE, actor=actor, why=why, at=at)
        ledger.remove(item_id, at=at)


def told(item: KpiItem) -> dict[str, Any]:
    """What people entered for the item, as they would read it."""
    who = item.owner or item.reporter
    metrics = {
        metric.label: typed.write(metric, item.metrics[metric.name]) if metric.kind != "unit" else str(item.unit)
        for metric in RULES[item.type.rule].metrics
        if item.metrics.get(metric.name) is not None
    }
    return {
        "external_id": item.external_id,
        "owner": str(who) if who else None,
        "department": str(item.department),
        "type": str(item.type),
        "date": item.date.isoformat(),
        "count_off_day": item.count_off_day,
        **metrics,
    }


def seal(item: KpiItem) -> str:
    """Differs as soon as anything of that does: for who has the item open while somebody else corrects it."""
    return sha256(repr(told(item)).encode()).hexdigest()[:16]


def _locked(item_id: int) -> KpiItem:
    KpiItem.objects.select_for_update().values_list("pk").get(pk=item_id, source=KpiItem.Source.IMPORTED)
    return _of(item_id)


def _of(item_id: int) -> KpiItem:
    related = ("type", "owner", "reporter", "unit", "department__country")
    return KpiItem.objects.select_related(*related).get(pk=item_id)


def _write_down(
    item_id: int, changes: dict[str, list[Any]], action: int, *, actor: User, why: str, at: datetime
) -> None:
    audit.note(_of(item_id), {**changes, "reason": [None, why]}, action=action, actor=actor, at=at)
