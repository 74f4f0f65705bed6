"""The department queue: tabs with counts, search, newest activity first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import SiteSettings
from tickets import access, queues
from tickets.views.people import person, staff_only


@require_safe
@staff_only
def queue(request: HttpRequest) -> HttpResponse:
    """One page of the tickets this person may open; with `go`, a number leads straight to its ticket."""
    words = queues.plain(request.GET.get("q", ""))
    if "go" in request.GET and (meant := queues.numbered(access.staff_tickets(person(request)), words)):
        return redirect("tickets:ticket", meant.reference)
    tab = request.GET.get("tab", "all")
    tab = tab if tab in queues.TABS else "all"
    tickets = queues.found(access.staff_tickets(person(request)).select_related("item"), words)
    page = Paginator(queues.in_tab(tickets, queues.TABS, tab), queues.PER_PAGE).get_page(request.GET.get("page"))
    clocks = queues.glances(page.object_list, as_of=timezone.now())
    prefix = SiteSettings.load().number_prefix
    context = {
        "nav": "queue",
        "tab": tab,
        "tabs": queues.counted(tickets, queues.TABS),
        "words": words,
        "page": page,
        "rows": [(ticket, f"{prefix}-{ticket.pk}", clocks[ticket.pk]) for ticket in page.object_list],
    }
    return render(request, "tickets/queue.html", context)
