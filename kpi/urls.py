"""Addresses of the performance pages that need no ticket."""

from django.urls import path

from kpi import paths  # noqa: F401 - registers <month:...>
from kpi.views import dashboard, report

app_name = "performance"
urlpatterns = [
    path("performance/", dashboard.dashboard, name="dashboard"),
    path("performance/<month:month>/", report.month, name="month"),
]
