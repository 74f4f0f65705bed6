"""The intake page: look-up on top, then the form in the guide's order."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import LookupMode, SiteSettings
from intake import submission, throttle
from intake.forms import LookupForm, SubmissionForm
from intake.views.page import person
from tickets.links import number
from tickets.once import AlreadyUsed, sent_key
from tickets.verbs.running import Refused

TRY_LATER = "Too many tickets came from your address in the last hour. Nothing you typed is lost; try again later."


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """The form; a good POST leads to the confirmation, "Update list" shows the lists of the chosen department."""
    at = timezone.now()
    if request.method != "POST":
        return _page(request, SubmissionForm(user=person(request), at=at), at=at)
    if "update" in request.POST:
        form = SubmissionForm(request.POST, user=person(request), at=at, refused=False)
        return _page(request, form, at=at, key=sent_key(request.POST))
    return _submitted(request, at)


@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """Types, users and priority of the chosen department, for the page that has JavaScript."""
    at = timezone.now()
    form = SubmissionForm(request.GET, user=person(request), at=at, refused=False)
    return render(request, "intake/_choices.html", {"form": form})


def _submitted(request: HttpRequest, at: datetime) -> HttpResponse:
    form = SubmissionForm(request.POST, user=person(request), at=at)
    key = sent_key(request.POST)
    if not form.is_valid():
        return _page(request, form, at=at, key=key, status=422)
    if not throttle.may_submit(_who(request), site=SiteSettings.load(), at=at):
        form.add_error(None, _(TRY_LATER))
        response = _page(request, form, at=at, key=key, status=429)
        response["Retry-After"] = str(throttle.seconds_to_next_hour(at))
        return response
    try:
        ticket = submission.submit(form.cleaned_data, user=person(request), key=key, at=at)
    except AlreadyUsed as used:
        form.add_error(
            None, _("You already sent %(number)s. Send this as another ticket?") % {"number": number(used.ticket)}
        )
        return _page(request, form, at=at, status=422, again=True)
    except Refused as refused:
        form.add_error("user", refused.sentence)
        return _page(request, form, at=at, key=key, status=422)
    return redirect("intake:confirmation", reference=ticket.reference)


def _page(
    request: HttpRequest,
    form: SubmissionForm,
    *,
    at: datetime,
    key: uuid.UUID | None = None,
    status: int = 200,
    again: bool = False,
) -> HttpResponse:
    site = SiteSettings.load()
    context: dict[str, Any] = {
        "nav": "submit",
        "form": form,
        "refused": form.is_bound and bool(form.errors),
        "form_key": key or uuid.uuid4(),
        "again": again,
        "typed": request.method == "POST",
        "lookup": None if site.lookup_mode == LookupMode.OFF else LookupForm(),
        "at": at,
        "zone": form.chosen.country.zone if form.chosen else "",
    }
    return render(request, "intake/submit.html", context, status=status)


def _who(request: HttpRequest) -> str:
    user = person(request)
    return f"user {user.pk}" if user else throttle.client_address(request)
