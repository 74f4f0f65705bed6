"""Whose wall clock a page shows: the account's zone, else the browser's, else the page's own."""

import zoneinfo
from datetime import datetime, tzinfo
from functools import cache

from django.http import HttpRequest

COOKIE = "tz"  # set by static/js/times.js


@cache
def _known() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def zone_named(name: str | None) -> zoneinfo.ZoneInfo | None:
    """The zone of an IANA name, or None for anything else (the cookie is a stranger's text)."""
    return zoneinfo.ZoneInfo(name) if name and name in _known() else None


def viewer_zone(request: HttpRequest | None, default: str | tzinfo | None = None) -> tzinfo:
    """The zone of the person looking: account, then browser, then `default`, then UTC."""
    if request is not None:
        user = getattr(request, "user", None)
        chosen = zone_named(getattr(user, "zone", None)) or zone_named(request.COOKIES.get(COOKIE))
        if chosen:
            return chosen
    if isinstance(default, tzinfo):
        return default
    return zone_named(default) or zoneinfo.ZoneInfo("UTC")


def zone_label(at: datetime) -> str:
    """The zone as people say it: "EAT", or "UTC+5" and "UTC+5:45" where a zone has no letters."""
    name = at.tzname() or ""
    if name and not name.lstrip("+-").isdigit():
        return name
    offset = at.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
