"""The look-up box and what it finds."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import LookupMode, SiteSettings
from intake import letters, lookup, throttle
from intake.forms import LookupForm
from intake.status_view import status_view
from intake.views.page import behind_link, person
from tickets.models import Ticket


@require_POST
def look_up(request: HttpRequest) -> HttpResponse:
    """A reference opens its page; words list, mail, or do nothing, as the site's mode says."""
    at = timezone.now()
    site = SiteSettings.load()
    if site.lookup_mode == LookupMode.OFF:
        raise Http404
    form = LookupForm(request.POST)
    if not form.is_valid():
        return render(request, "intake/lookup.html", {"form": form, "refused": True}, status=422)
    if not throttle.may_look_up(throttle.client_address(request), site=site, at=at):
        return _too_many(request, at)
    asked = lookup.understood(form.cleaned_data["q"], site=site)
    if asked.reference is not None:
        return redirect("intake:status", reference=asked.reference)
    if asked.number is not None:
        ticket = lookup.by_number(asked.number, user=person(request))
        return redirect("intake:status", reference=ticket.reference) if ticket else _listed([])
    tickets = lookup.by_words(asked.words)
    if site.lookup_mode == LookupMode.MAIL:
        letters.send_links(tickets, at=at)
        return redirect("intake:sent")
    return _listed(tickets)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same sentence whatever was typed."""
    return render(request, "intake/sent.html")


@require_safe
@behind_link
def found(request: HttpRequest, token: str) -> HttpResponse:
    """The tickets of a grant: number, status, type, date."""
    numbers = lookup.granted(token)
    if numbers is None:
        return _too_old(request)
    site = SiteSettings.load()
    rows = [(ticket, f"{site.number_prefix}-{ticket.pk}") for ticket in lookup.tickets_of(numbers)]
    context = {"rows": rows, "token": token, "lookup": LookupForm(), "full": len(rows) == lookup.MOST}
    return render(request, "intake/found.html", context)


@require_safe
@behind_link
def found_ticket(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Facts and badges of one granted ticket; the messages need the link or an account."""
    numbers = lookup.granted(token)
    if numbers is None:
        return _too_old(request)
    tickets = lookup.tickets_of([number] if number in numbers else [])
    if not tickets:
        raise Http404
    ticket = tickets[0]
    context = {
        "ticket": ticket,
        "view": status_view(ticket, user=None, as_of=timezone.now()),
        "number": f"{SiteSettings.load().number_prefix}-{ticket.pk}",
        "token": token,
        "zone": ticket.department.country.zone,
    }
    return render(request, "intake/found_ticket.html", context)


def _listed(tickets: list[Ticket]) -> HttpResponse:
    return redirect("intake:found", token=lookup.grant(tickets))


def _too_old(request: HttpRequest) -> HttpResponse:
    """A grant that is forged, cut short or past its 30 minutes."""
    context = {"form": LookupForm(), "sentence": _("This list is no longer open. Look the ticket up again.")}
    return render(request, "intake/lookup.html", context, status=404)


def _too_many(request: HttpRequest, at: datetime) -> HttpResponse:
    response = render(request, "intake/too_many.html", status=429)
    response["Retry-After"] = str(throttle.seconds_to_next_hour(at))
    return response
