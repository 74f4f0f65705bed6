"""Audit rows for what no single save() shows: many rows changed at once, and work done for somebody in the background.

What is saved or deleted one by one is written down by itself; kpiweb/audit.py says for which models.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar

from auditlog.context import auditlog_value, set_actor
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.models import SettingsChange, User

BATCH = 1000
M = TypeVar("M", bound=Model)
JSON_TYPES = (bool, int, float, str, list, dict, type(None))


def acting_as(actor: User) -> AbstractContextManager[None]:
    """Inside, what a task or a command saves is written down as done by `actor`; without it, by the system."""
    manager: AbstractContextManager[None] = set_actor(actor)
    return manager


def update(queryset: QuerySet[M], *, actor: User | None, at: datetime, **values: Any) -> int:
    """`queryset.update(**values)`, with an audit row for each row whose values differ; returns how many that were."""
    changed = 0
    with transaction.atomic():
        for keys in _batches(list(queryset.order_by("pk").values_list("pk", flat=True))):
            rows = [(row, _differences(row, values)) for row in _locked(queryset.filter(pk__in=keys), values)]
            different = [(row, changes) for row, changes in rows if changes]
            queryset.model._default_manager.filter(pk__in=[row.pk for row, _ in different]).update(**values)
            _write(different, SettingsChange.Action.UPDATE, actor=actor, at=at)
            changed += len(different)
    return changed


def create(rows: Sequence[M], *, actor: User | None, at: datetime) -> list[M]:
    """`bulk_create` of rows of one model, with an audit row for each."""
    with transaction.atomic():
        stored: list[M] = []
        for batch in _batches(rows):
            made = type(batch[0])._default_manager.bulk_create(batch)
            _write([(row, _whole(row)) for row in made], SettingsChange.Action.CREATE, actor=actor, at=at)
            stored += made
    return stored


def note(row: Model, changes: dict[str, list[Any]], *, action: int, actor: User | None, at: datetime) -> None:
    """An audit row for what another module has changed: {field or words: [before, after]}."""
    plain = {name: [_plain(value) for value in values] for name, values in changes.items()}
    _write([(row, plain)], action, actor=actor, at=at)


def _batches(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]


def _locked(rows: QuerySet[M], values: dict[str, Any]) -> list[M]:
    # Filtered once more under the lock: what somebody else moved meanwhile is no longer meant.
    locked = rows.order_by("pk").select_for_update(of=("self",))
    related = [name for name in values if rows.model._meta.get_field(name).is_relation]
    return list(locked.select_related(*related) if related else locked)


def _differences(row: Model, values: dict[str, Any]) -> dict[str, list[Any]]:
    before = {name: getattr(row, name) for name in values}
    return {name: [_plain(before[name]), _plain(value)] for name, value in values.items() if before[name] != value}


def _whole(row: Model) -> dict[str, list[Any]]:
    columns = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.name: [None, _plain(getattr(row, field.name))] for field in columns}


def _plain(value: Any) -> Any:
    return value if isinstance(value, JSON_TYPES) else str(value)


def _write(
    rows: Sequence[tuple[Model, dict[str, list[Any]]]], action: int, *, actor: User | None, at: datetime
) -> None:
    address = auditlog_value.get({}).get("remote_addr")
    SettingsChange.objects.bulk_create(
        SettingsChange(
            content_type=ContentType.objects.get_for_model(row),
            object_pk=str(row.pk),
            object_id=row.pk if isinstance(row.pk, int) else None,
            object_repr=str(row),
            action=action,
            changes=changes,
            actor=actor,
            actor_email=actor.email if actor else None,
            remote_addr=address,
            timestamp=at,
        )
        for row, changes in rows
    )
