"""The machine and the settings: clocks, zone data, folders, Google, what is insecure."""

import tempfile
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import connection

from accounts.models import Country, User
from kpiweb.doctor.finding import Finding, fail, ok, warn

DRIFT = timedelta(seconds=5)
PRIVATE = 0o077


def clocks(clock: Callable[[], datetime]) -> Finding:
    """Due times are compared on both machines, so their clocks must agree."""
    if connection.vendor != "postgresql":
        return ok("Clock", f"{clock():%Y-%m-%d %H:%M:%S} UTC, shared with the database")
    with connection.cursor() as cursor:
        before = clock()
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(cursor.fetchone()[0] - before - (clock() - before) / 2)
    if apart > DRIFT:
        words = f"this machine and the database are {apart.total_seconds():.0f} s apart"
        return fail("Clock", words, "set both by NTP: timedatectl set-ntp true")
    return ok("Clock", f"{before:%Y-%m-%d %H:%M:%S} UTC, as on the database")


def zones() -> Finding:
    """Every zone that somebody chose must be known here."""
    known = zoneinfo.available_timezones()
    used = {
        *Country.objects.values_list("zone", flat=True),
        *User.objects.exclude(zone="").values_list("zone", flat=True),
    }
    mend = "pip install --upgrade tzdata, then restart"
    if unknown := sorted(used - known):
        return fail("Zone data", f"unknown zones in use: {', '.join(unknown)}", mend)
    try:
        return ok("Zone data", f"tzdata {version('tzdata')}, {len(used)} zones in use")
    except PackageNotFoundError:
        return warn("Zone data", "the package tzdata is missing; the machine's own data may be old", mend)


def folders() -> Iterator[Finding]:
    """What the product writes to must be writable by whoever runs this."""
    wanted = {Path(settings.VAR_DIR)} | ({Path(settings.MEDIA_ROOT)} if settings.MEDIA_ROOT else set())
    wanted |= set() if settings.REDIS_URL else {Path(settings.BROKER_DIR)}
    wanted |= set() if settings.EMAIL_URL else {Path(settings.MAIL_DIR)}
    closed = [folder for folder in sorted(wanted) if not _writable(folder)]
    for folder in closed:
        yield fail("Folders", f"{folder} cannot be written to", f"mkdir -p {folder} && chown $(id -un) {folder}")
    if not closed:
        yield ok("Folders", f"{', '.join(str(folder) for folder in sorted(wanted))} can be written to")
    if settings.PRODUCTION and not (Path(settings.STATIC_ROOT or "") / "staticfiles.json").exists():
        yield fail("Static files", "they are not collected", "python manage.py collectstatic --noinput")


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def google() -> Finding:
    given = [name for name in ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET") if getattr(settings, name, "")]
    address = f"{settings.SITE_URL}/accounts/google/login/callback/"
    if len(given) == 2:
        return ok("Google", f"configured; its redirect address must be {address}")
    mend = f"set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, redirect address {address}"
    if given:
        return fail("Google", f"only {given[0]} is given", mend)
    return warn("Google", "nobody can sign in with it", mend)


def insecure() -> Iterator[Finding]:
    """What production refuses to start with is not seen here; the rest of what one should not go online with is."""
    found = list(_insecure())
    yield from found
    if not found:
        yield ok("Security", "no insecure setting")


def _insecure() -> Iterator[Finding]:
    if not settings.PRODUCTION:
        words = "this is a trial installation, for one machine and its user"
        yield warn("Security", words, "KPIWEB_ENV=production and the settings of docs/settings.md")
    key = Path(settings.VAR_DIR) / "secret_key"
    if key.exists() and key.stat().st_mode & PRIVATE:
        yield fail("Secret key", f"{key} can be read by others", f"chmod 600 {key}")
    if settings.DEBUG:
        yield fail("Debug pages", "they show settings and data to everybody", "unset DEBUG")
    if settings.PRODUCTION and not settings.TRUSTED_PROXIES:
        words = "no proxy is trusted: behind one, all visitors share its address and https is not seen"
        yield warn("Proxies", words, "TRUSTED_PROXIES=1 if one stands in front (docs/settings.md)")
    if settings.PRODUCTION:
        for message in run_checks(tags=[Tags.security], include_deployment_checks=True):
            if not message.is_silenced():
                yield warn(
                    "Security", f"{message.id}: {message.msg.splitlines()[0]}", message.hint or "docs/settings.md"
                )
