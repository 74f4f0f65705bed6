"""The Celery application: a nudge to do now what the sweeps would find a little later."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiweb.settings")

app = Celery("kpiweb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
