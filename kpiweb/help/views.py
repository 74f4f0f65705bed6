"""/help/: the guides and their search, open to everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpiweb.help.guides import ROLES, all_guides, guide
from kpiweb.help.search import LONGEST_QUERY, find


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The four guides, or what was searched for in them."""
    query = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
    context = {"guides": all_guides(), "q": query, "found": find(query)}
    return render(request, "help/index.html", context)


@require_safe
def one(request: HttpRequest, role: str) -> HttpResponse:
    """One guide on one page, each section with its anchor."""
    if role not in ROLES:
        raise Http404
    return render(request, "help/guide.html", {"guide": guide(role), "guides": all_guides()})
