"""Moments and lengths of time in words."""

from datetime import date, datetime, timedelta
from typing import Any

from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpiweb.ui.zones import viewer_zone, zone_label

MINUTE, HOUR, DAY = 60, 3600, 86400
SHAPES = {
    "full": ("DATETIME_FORMAT",),
    "date": ("DATE_FORMAT",),
    "short": ("MONTH_DAY_FORMAT", "H:i"),
    "time": ("H:i",),
    "day": ("D H:i",),
}


def when(
    context: Context, at: datetime | None, style: str = "full", *, zone: Any = None, as_of: datetime | None = None
) -> SafeString | str:
    """A moment as <time> in the viewer's zone, which the title always names.

    Dates in figures are written as the site has them; the title spells them out.
    style: full "19 Nov 2026, 10:47 WIB", date, short "19 Nov, 10:47", day "Thu 10:47", time "10:47",
    or relative "3 h ago", which takes the keyboard and then shows the whole moment.
    zone: the zone to use when neither account nor browser says one (a name or tzinfo).
    """
    if at is None:
        return ""
    local = at.astimezone(viewer_zone(context.get("request"), zone))
    absolute = f"{date_format(local, 'j F Y, H:i')} {zone_label(local)}"
    if style == "relative":
        words = ago(at, as_of=as_of or timezone.now())
        return format_html(
            '<time class="when" datetime="{}" title="{}" data-relative tabindex="0">{}</time>',
            local.isoformat(timespec="seconds"),
            absolute,
            words,
        )
    words = ", ".join(date_format(local, shape) for shape in SHAPES[style])
    if style == "full":
        words = f"{words} {zone_label(local)}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), absolute, words)


def ago(at: datetime, *, as_of: datetime) -> str:
    """The distance of two moments in its largest unit: "3 h ago", "in 12 min", "just now", "2 days ago"."""
    seconds = int((as_of - at).total_seconds())
    length = abs(seconds)
    if length < MINUTE:
        return _("just now")
    if length < HOUR:
        words = _("%(n)d min") % {"n": length // MINUTE}
    elif length < DAY:
        words = _("%(n)d h") % {"n": length // HOUR}
    else:
        words = ngettext("%(n)d day", "%(n)d days", length // DAY) % {"n": length // DAY}
    return (_("%(length)s ago") if seconds > 0 else _("in %(length)s")) % {"length": words}


def duration(seconds: float | timedelta | None) -> str:
    """Working time in words: "8 h 40 min", "4 h", "12 min", "45 s"; None is "Not recorded". Never days."""
    if seconds is None:
        return _("Not recorded")
    total = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    if 0 < total < MINUTE:
        return _("%(n)d s") % {"n": total}
    hours, minutes = divmod(total // MINUTE, 60)
    if not hours:
        return _("%(n)d min") % {"n": minutes}
    if not minutes:
        return _("%(n)d h") % {"n": hours}
    return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}


def in_words(day: date | str | None, shape: str = "l, j F Y") -> str:
    """A date spelled out beside its input: "Saturday, 14 November 2026". Half-typed text gives nothing."""
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return ""
    return date_format(day, shape) if day else ""
