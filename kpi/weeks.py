"""Weeks and days as they are stored, as JSON, become the engine's windows."""

from collections.abc import Mapping, Sequence
from datetime import time

from kpi.engine.working_time import Window


def week_from_json(week: Mapping[str, Sequence[Sequence[str]]]) -> dict[int, tuple[Window, ...]]:
    """{"0": [["08:00", "17:00"]]} as engine windows. ValueError on anything that is no time or weekday."""
    return {int(day): windows_from_json(windows) for day, windows in week.items()}


def windows_from_json(windows: Sequence[Sequence[str]]) -> tuple[Window, ...]:
    """[["08:00", "12:00"]] as engine windows. ValueError on anything else."""
    return tuple((time.fromisoformat(start), time.fromisoformat(stop)) for start, stop in windows)
