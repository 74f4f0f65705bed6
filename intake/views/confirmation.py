"""The confirmation: what to keep, what happens next and by when. Bookmarkable."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from intake.views.page import behind_link
from tickets import access
from tickets.clocks import clock_views
from tickets.links import number, status_link
from tickets.promise import expected_reply


@require_safe
@behind_link
def confirmation(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """Short number, full reference, status link; as the ticket stands now."""
    as_of = timezone.now()
    ticket = access.public_ticket(request.user, reference)
    response, _resolution = clock_views(ticket, as_of=as_of)
    context = {
        "ticket": ticket,
        "number": number(ticket),
        "link": status_link(ticket),
        "promise": expected_reply(ticket, response, as_of=as_of),
        "zone": ticket.department.country.zone,
    }
    return render(request, "intake/confirmation.html", context)
