"""How often an address, and everybody together, may look up and submit in an hour."""

import ipaddress
from datetime import datetime, timedelta

from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.models import SiteSettings
from intake.models import ThrottleCount

TOTAL = "lookup:all"


def may_look_up(address: str, *, site: SiteSettings, at: datetime) -> bool:
    """Count one look-up; False above the site's limit for this address or for everybody."""
    return _count(f"lookup:{_hashed(address)}", site.lookups_per_hour, at) and _count(
        TOTAL, site.lookups_per_hour_total, at
    )


def may_submit(who: str, *, site: SiteSettings, at: datetime) -> bool:
    """Count one submission; `who` is a client address, or a person's key when signed in."""
    return _count(f"submit:{_hashed(who)}", site.submissions_per_hour, at)


def client_address(request: HttpRequest) -> str:
    """The client's address as the trusted proxies gave it; a whole /64 for IPv6, which is one customer's line."""
    given = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def seconds_to_next_hour(at: datetime) -> int:
    """What a refused visitor is told to wait."""
    return int((_hour(at) + timedelta(hours=1) - at).total_seconds()) + 1


def _count(bucket: str, limit: int, at: datetime) -> bool:
    """One more for this hour, decided by the database in one statement; False when the limit is used up."""
    counts = ThrottleCount.objects.filter(bucket=bucket, hour=_hour(at))
    if counts.filter(count__lt=limit).update(count=F("count") + 1):
        return True
    ThrottleCount.objects.filter(hour__lt=_hour(at) - timedelta(hours=1)).delete()
    ThrottleCount.objects.bulk_create([ThrottleCount(bucket=bucket, hour=_hour(at))], ignore_conflicts=True)
    return counts.filter(count__lt=limit).update(count=F("count") + 1) == 1


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _hashed(who: str) -> str:
    return salted_hmac("intake.throttle", who, algorithm="sha256").hexdigest()
