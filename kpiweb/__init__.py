"""KPI Web: settings, addresses, the supervisor and what all pages share."""

from kpiweb.celery import app as celery_app

__all__ = ["celery_app"]
