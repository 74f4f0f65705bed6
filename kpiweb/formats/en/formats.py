"""English: 24 hours, and dates as an admin chose for the whole site."""

from kpiweb.formats.chosen import Chosen

DATE_FORMAT = Chosen("j M Y", "{date}")
TIME_FORMAT = "H:i"
DATETIME_FORMAT = Chosen("j M Y, H:i", "{date}, H:i")
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = Chosen("j M", "{short}")
# What is read: only what nobody can take for another day. With strokes a date is read in the admin alone, where the
# site says which number is the day; see kpiweb/admin_forms.py.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"]
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
