"""/: the bare address of the site, as people type it; it leads to where their work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Staff to the queue, everybody else to the page where one asks; the same ways as the mark at the top."""
    return redirect("tickets:queue" if getattr(request.user, "works_here", False) else "intake:submit")
