"""The entry point of web servers."""

import os

from django.core.wsgi import get_wsgi_application

from kpiweb.plain_requests import plain

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiweb.settings")
application = plain(get_wsgi_application())
