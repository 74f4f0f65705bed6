"""Absolute addresses for mails and copying; they come from SITE_URL alone, never from a request."""

from django.conf import settings
from django.urls import reverse

from accounts.models import SiteSettings
from tickets.models import Ticket


def status_link(ticket: Ticket) -> str:
    """The customer's page."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('intake:status', args=[ticket.reference])}"


def staff_link(ticket: Ticket) -> str:
    """The staff's page."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('tickets:ticket', args=[ticket.reference])}"


def number(ticket: Ticket, site: SiteSettings | None = None) -> str:
    """KPI-1042: to say aloud, grants nothing."""
    return f"{(site or SiteSettings.load()).number_prefix}-{ticket.pk}"
