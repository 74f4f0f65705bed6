"""English: 24 hours, and dates as an admin chose for the whole site."""

from kpiweb.formats.chosen import Chosen

DATE_FORMAT = Chosen("j M Y", "{date}")
TIME_FORMAT = "H:i"
DATETIME_FORMAT = Chosen("j M Y, H:i", "{date}, H:i")
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = Chosen("j M", "{short}")
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
