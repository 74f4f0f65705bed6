"""/healthz: the process answers. /readyz: it can do its work, with the facts an operator needs."""

import logging
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications.models import MailStatus, OutgoingMail

log = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: touches neither database nor cache, so a slow database never gets the process killed."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: 200 when database, migrations and cache are fine, else 503; the age of unsent mail informs only."""
    facts = readiness(as_of=timezone.now())
    ready = all(facts[part] == "ok" for part in ("database", "migrations", "cache"))
    return JsonResponse({"ready": ready, **facts}, status=200 if ready else 503)


def readiness(*, as_of: datetime) -> dict[str, Any]:
    """What works, in words without detail (the page is public); the age of the oldest unsent mail in seconds."""
    unknown = {"database": "unreachable", "migrations": "unknown", "cache": "unknown", "oldest_unsent_mail": None}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return {**unknown, "database": "ok", "migrations": "pending"}
        return {
            "database": "ok",
            "migrations": "ok",
            "cache": _cache_state(as_of=as_of),
            "oldest_unsent_mail": oldest_unsent_mail(as_of=as_of),
        }
    except DatabaseError:
        log.exception("The database does not answer the readiness check.")
        return unknown


def _cache_state(*, as_of: datetime) -> str:
    stamp = as_of.isoformat()
    cache.set("readyz", stamp, timeout=60)
    return "ok" if cache.get("readyz") else "broken"


def oldest_unsent_mail(*, as_of: datetime) -> int | None:
    """Its age in seconds, or None when nothing waits."""
    unsent = OutgoingMail.objects.filter(status__in=[MailStatus.PENDING, MailStatus.SENDING])
    oldest = unsent.order_by("created_at").values_list("created_at", flat=True).first()
    return round((as_of - oldest).total_seconds()) if oldest else None
