"""My Profile: the tickets I handle, and the ones I submitted."""

from collections.abc import Container
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import SiteSettings, User
from tickets import access, queues
from tickets.models import Ticket
from tickets.views.tabs import profile_tabs

SORTS = {
    "number": "pk",
    "subject": "subject",
    "status": "status",
    "updated": "last_public_at",
    "department": "department__name",
}


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My Tickets for staff, with badges and a pencil; a customer's profile is what they submitted."""
    user = cast(User, request.user)
    if not user.works_here:
        return redirect("tickets:profile_submitted")
    handled = Ticket.objects.filter(assignee=user).select_related("department__country", "type", "item")
    state = _state(request, among=queues.MINE)
    page = Paginator(queues.in_tab(handled, queues.MINE, state), queues.PER_PAGE).get_page(request.GET.get("page"))
    clocks = queues.glances(page.object_list, as_of=timezone.now())
    prefix = SiteSettings.load().number_prefix
    *states, missing = queues.counted(handled, queues.MINE)
    context = {
        "nav": "profile",
        "tabs": profile_tabs(user),
        "states": [*states, missing] if missing.count or state == missing.key else states,
        "missing": missing.count,
        "state": state,
        "page": page,
        "rows": [(ticket, f"{prefix}-{ticket.pk}", clocks[ticket.pk]) for ticket in page.object_list],
    }
    return render(request, "tickets/mine.html", context)


@login_required
@require_safe
def submitted(request: HttpRequest) -> HttpResponse:
    """What I submitted, or what my organisation did; every header sorts, words search number, subject and content."""
    user = cast(User, request.user)
    colleagues = user.organisation is not None and user.organisation.members_see
    scope = "organisation" if colleagues and request.GET.get("scope") == "organisation" else "mine"
    words, state = queues.plain(request.GET.get("q", "")), _state(request, usually="all")
    sort, down = _sort(request)
    tickets = queues.found(access.own_tickets(user, organisation=scope == "organisation"), words, content=True)
    order = f"{'-' if down else ''}{SORTS[sort]}"
    listed = queues.in_tab(tickets, queues.STATES, state).order_by(order, "-pk")
    page = Paginator(listed, queues.PER_PAGE).get_page(request.GET.get("page"))
    prefix = SiteSettings.load().number_prefix
    context = {
        "nav": "profile",
        "tabs": profile_tabs(user),
        "states": queues.counted(tickets, queues.STATES),
        "state": state,
        "scope": scope,
        "colleagues": colleagues,
        "words": words,
        "sort": sort,
        "down": down,
        "page": page,
        "rows": [(ticket, f"{prefix}-{ticket.pk}") for ticket in page.object_list],
    }
    return render(request, "tickets/submitted.html", context)


def _state(request: HttpRequest, *, usually: str = "open", among: Container[str] = queues.STATES) -> str:
    state = request.GET.get("state", usually)
    return state if state in among else usually


def _sort(request: HttpRequest) -> tuple[str, bool]:
    """?sort=subject or ?sort=-subject; anything else is the latest change first."""
    wanted = request.GET.get("sort", "-updated")
    name = wanted.removeprefix("-")
    return (name, wanted.startswith("-")) if name in SORTS else ("updated", True)
