"""Why one piece of work has its score, and the manual corrections that an admin gives it."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SiteSettings, User
from kpi import changes, corrections, explanation, locks, readers
from kpi.explanation import Strip
from kpi.models import Adjustment, ClockKind, KpiItem
from kpi.readers import Reader
from tickets import fairness, work_listed
from tickets.access import staff_tickets
from tickets.correction_form import CorrectionForm
from tickets.models import Ticket

RELATED = ("type", "version", "owner", "reporter", "unit", "file__by", "department__country")


@login_required
@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Parts, targets in force, formula, corrections, and where the time went; for every rule and source."""
    (found, reader), viewer, now = _item(request, pk), cast(User, request.user), timezone.now()
    ticket = staff_tickets(viewer).filter(item=found).first()
    strips = explanation.strips(found, as_of=now)
    score, of_month = explanation.score_of(found), explanation.month_of(found, as_of=now)
    context = _context(reader, found, ticket) | {
        "score": score,
        "sentence": explanation.sentence_of(score) if score else "",
        "lines": explanation.lines(found, score) if score else [],
        "formula": explanation.formula(score) if score else [],
        "of_month": of_month,
        "month_lines": explanation.month_lines(found, of_month) if of_month else [],
        "typed": explanation.typed_values(found),
        "strips": strips,
        "fairness": _fairness(ticket, strips, now),
        "zone": found.country.zone,
        "corrections": corrections.told(found),
        "may_correct": viewer.is_admin and not corrections.why_not(found),
        "recalculating": changes.running(),
        **_adjusted(found, as_of=now),
    }
    return render(request, "tickets/explanation.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """An admin says what a metric really was, and why."""
    (found, reader), now = _item(request, pk), timezone.now().replace(microsecond=0)
    _only_admins(request)
    sentence = corrections.why_not(found)
    form = CorrectionForm(found, request.POST if request.method == "POST" else None)
    if form.is_bound and not sentence and form.is_valid():
        actor, why = cast(User, request.user), form.cleaned_data["why"]
        try:
            changed = corrections.correct(found.pk, form.values(), actor=actor, why=why, at=now)
        except corrections.CannotCorrect as refusal:
            sentence = refusal.sentence
        else:
            words = _("The score is corrected.") if changed else _("That is what holds already; nothing was changed.")
            messages.success(request, words)
            return redirect("tickets:item_explanation", found.pk)
    ticket = staff_tickets(request.user).filter(item=found).first()
    status = 422 if form.is_bound else 200
    context = _context(reader, found, ticket) | {
        "form": form,
        "sentence": sentence,
        "refused": status == 422,
        "locked": locks.named(found.month) if locks.is_locked(found.month) else "",
        "corrections": corrections.told(found),
    }
    return render(request, "tickets/correction.html", context, status=status)


@login_required
@require_POST
def restore(request: HttpRequest, pk: int, metric: str) -> HttpResponse:
    """Remove the correction of one metric: what was measured holds again."""
    found, _reader = _item(request, pk)
    _only_admins(request)
    actor, now = cast(User, request.user), timezone.now().replace(microsecond=0)
    try:
        removed = corrections.restore(found.pk, metric, actor=actor, at=now)
    except corrections.CannotCorrect as refusal:
        messages.error(request, refusal.sentence)
    else:
        if removed:
            messages.success(request, _("The correction is removed; what was measured holds again."))
        else:
            messages.info(request, _("That correction is there no more."))
    return redirect("tickets:item_explanation", found.pk)


def _item(request: HttpRequest, pk: int) -> tuple[KpiItem, Reader]:
    """The item for whoever may read its score, and what else they read; Http404 alike for one that is not there."""
    viewer = readers.reader(cast(User, request.user))
    found = KpiItem.objects.select_related(*RELATED).filter(pk=pk).first()
    if viewer is None or found is None or not _may_read(viewer, found):
        raise Http404
    return found, viewer


def _may_read(viewer: Reader, item: KpiItem) -> bool:
    """The owner; the lead of them or of the department; management and admin; without an owner the department too."""
    if viewer.department(item.department_id) or item.owner_id == viewer.user.pk:
        return True
    if item.owner is None:
        return viewer.user.department_id == item.department_id or item.reporter_id == viewer.user.pk
    return item.owner.department_id is not None and viewer.department(item.owner.department_id)


def _only_admins(request: HttpRequest) -> None:
    if not cast(User, request.user).is_admin:
        raise PermissionDenied(_("Only admins correct scores by hand."))


def _fairness(ticket: Ticket | None, strips: list[Strip], as_of: datetime) -> fairness.Fairness | None:
    if ticket is None:
        return None
    of_response = [one.clock for one in strips if one.clock is not None and one.clock.kind == ClockKind.RESPONSE]
    seconds = of_response[0].value_seconds if of_response else None
    return fairness.of_ticket(ticket, agent_seconds=seconds, as_of=as_of)


def _adjusted(item: KpiItem, *, as_of: datetime) -> dict[str, Any]:
    """How the item differs from what its locked month holds of it."""
    if not locks.may_be_over(item.month, as_of=as_of):
        return {}
    found = Adjustment.objects.filter(item=item, lock__unlocked_at__isnull=True).first()
    if found is None:
        return {}
    sides = {"was": work_listed.side_words(found.before), "now": work_listed.side_words(found.after)}
    return {"adjustment": found, **sides}


def _context(viewer: Reader, item: KpiItem, ticket: Ticket | None) -> dict[str, Any]:
    number = f"{SiteSettings.load().number_prefix}-{ticket.pk}" if ticket else item.external_id
    return {
        "nav": "performance",
        "item": item,
        "ticket": ticket,
        "number": number,
        "month": item.month,
        "trail": _trail(viewer, item),
        "month_query": _query(viewer, item),
    }


def _query(viewer: Reader, item: KpiItem) -> str:
    """What names the number that this item is part of, where the viewer may read one."""
    if item.owner is not None and (item.owner_id == viewer.user.pk or _reads_person(viewer, item.owner)):
        return f"owner={item.owner_id}&type={item.type.code}"
    if not viewer.department(item.department_id):
        return ""
    unit = f"&unit={item.unit_id}" if item.unit_id else ""
    return f"department={item.department.code}&type={item.type.code}{unit}"


def _reads_person(viewer: Reader, owner: User) -> bool:
    return viewer.reads_everything or (owner.department_id is not None and viewer.department(owner.department_id))


def _trail(viewer: Reader, item: KpiItem) -> list[tuple[str, str]]:
    month = item.month
    steps = [
        (_("Performance"), f"{reverse('performance:dashboard')}?month={month:%Y-%m}"),
        (locks.named(month), reverse("performance:month", args=[month])),
    ]
    query = _query(viewer, item)
    if query:
        steps.append((item.type.name, f"{reverse('tickets:performance_explain', args=[month])}?{query}"))
    return steps
