"""Formats that follow the site settings: Django asks for their text anew whenever it writes a date."""

from django.utils.formats import get_format

from accounts.models import SiteSettings

# The same without the year.
SHORT = {"j M Y": "j M", "d/m/Y": "d/m", "d.m.Y": "d.m.", "m/d/Y": "m/d", "Y-m-d": "m-d"}
STROKES = {"d/m/Y": "%d/%m/%Y", "m/d/Y": "%m/%d/%Y"}


def read() -> list[str]:
    """How a typed date is read: as nobody can mistake it, and with strokes in the order that the site writes them."""
    strokes = STROKES.get(SiteSettings.load().date_format)
    return [*get_format("DATE_INPUT_FORMATS"), *([strokes] if strokes else [])]


class Chosen(str):
    """A format of Django's that is made of the site's; its own text is the one of a site that has chosen nothing."""

    __slots__ = ("pattern",)
    pattern: str

    def __new__(cls, usual: str, pattern: str) -> "Chosen":
        made = super().__new__(cls, usual)
        made.pattern = pattern
        return made

    def __str__(self) -> str:
        date = SiteSettings.load().date_format
        return self.pattern.format(date=date, short=SHORT[date])
