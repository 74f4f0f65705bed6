"""Badges say it three times: icon, word, colour. Also the icons themselves."""

from fractions import Fraction
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

STATUS = {
    "new": ("info", "new", _("New")),
    "progress": ("live", "progress", _("On Progress")),
    "closed": ("ok", "closed", _("Closed")),
    "rejected": ("mute", "rejected", _("Rejected")),
}
WAITING = {
    "client": ("wait", "wait", _("Awaiting Client")),
    "hold": ("wait", "pause", _("On Hold")),
}
BANDS = {
    "green": ("ok", "check", _("On target")),
    "yellow": ("warn", "alert", _("Near target")),
    "red": ("bad", "alert", _("Below target")),
    "none": ("mute", "none", _("No data")),
}
POINTS_PER_TENTH = 1000  # scores are integers of 1/10,000 point; the page shows one decimal
GREEN_FROM, YELLOW_FROM = 950, 800  # tenths of a point, domain section 6


def icon(name: str) -> SafeString:
    """The symbol `name` of static/icons.svg; hidden from readers, so a word must stand beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


def badge(tone: str, symbol: str, words: object, *, plain: bool = False) -> SafeString:
    """A badge in `tone` (ok warn bad info wait live mute); `plain` has no wash, for tables."""
    return format_html(
        '<span class="badge {}{}">{}{}</span>', tone, " plain" if plain else "", icon(symbol), str(words)
    )


def status_badge(ticket: Any, *, plain: bool = False) -> SafeString:
    """The badge of a ticket's status; takes the ticket or its status code."""
    return badge(*STATUS[str(getattr(ticket, "status", ticket))], plain=plain)


def waiting_badge(waiting: Any, *, plain: bool = False, public: bool = False) -> SafeString | str:
    """The overlay beside the status: "client", "hold", or nothing. `public` speaks to the client."""
    code = str(getattr(waiting, "waiting", waiting) or "")
    if code not in WAITING:
        return ""
    tone, symbol, words = WAITING[code]
    if public and code == "client":
        words = _("Awaiting your answer")
    return badge(tone, symbol, words, plain=plain)


def tenths(points: int | Fraction) -> int:
    """Points (1/10,000 of a point) as tenths of a point, rounded half up once: the number on the page."""
    return int((Fraction(points) / POINTS_PER_TENTH) + Fraction(1, 2))


def score(points: int | Fraction | None) -> str:
    """Points as the page shows them, "91.3"; None is "No data"."""
    if points is None:
        return str(_("No data"))
    shown = tenths(points)
    return f"{shown // 10}.{shown % 10}"


def band(points: int | Fraction | None, *, plain: bool = False) -> SafeString:
    """The band of a score, judged by the displayed number: 95 and more green, 80 yellow, below red."""
    if points is None:
        return badge(*BANDS["none"], plain=plain)
    shown = tenths(points)
    name = "green" if shown >= GREEN_FROM else "yellow" if shown >= YELLOW_FROM else "red"
    return badge(*BANDS[name], plain=plain)
