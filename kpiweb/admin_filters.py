"""A filter in the address of an admin page that no database can answer leads to the same page without one."""

import logging

from django.contrib import messages
from django.db import DataError
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)
UNANSWERABLE = (ValueError, OverflowError, DataError)  # what such a filter ends in


def unfiltered(request: HttpRequest) -> HttpResponseRedirect:
    """Back to the page, from within the handling of the error."""
    logger.warning("the admin was asked for a filter that cannot be answered", exc_info=True)
    messages.error(request, _("That filter cannot be used, so nothing is filtered."))
    return HttpResponseRedirect(request.path)
