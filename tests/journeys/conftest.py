"""Journeys run against the live site with a real worker and mail server; `site` is its address."""

from typing import Any

import pytest

from kpi.models import WorkingHours
from tests.cast import Cast, make_cast

ROUND_THE_CLOCK = {str(day): [["00:00", "00:00"]] for day in range(7)}


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the running site; mails link to it."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def always_open(transactional_db: None) -> Cast:
    """The cast with a calendar that never closes, so that clocks run whenever the suite does."""
    cast = make_cast()
    WorkingHours.objects.update(week=ROUND_THE_CLOCK)
    return cast
