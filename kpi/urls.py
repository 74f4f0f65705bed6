"""Addresses of the performance pages that need no ticket."""

from django.urls import path

from kpi import paths  # noqa: F401 - registers <month:...>
from kpi.views import dashboard, locks, report, simulator, what_if

app_name = "performance"
urlpatterns = [
    path("performance/", dashboard.dashboard, name="dashboard"),
    path("performance/what-if/", what_if.board, name="what_if"),
    path("performance/calendar/", simulator.calendar, name="calendar"),
    path("performance/<month:month>/", report.month, name="month"),
    path("performance/<month:month>/lock/", locks.lock, name="lock"),
    path("performance/<month:month>/unlock/", locks.unlock, name="unlock"),
    path("performance/<month:month>/adjustments/", locks.moved, name="adjustments"),
]
