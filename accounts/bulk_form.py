"""The page between a bulk action and what it does: what it will do, to which rows, and what is still to be chosen."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.bulk import Deed, Doing, Result, counted, invites_nobody, run
from accounts.models import User

SHOWN = 50
LONGEST = 200


def ask(
    admin_: Any,
    request: HttpRequest,
    name: str,
    deed: Deed,
    rows: QuerySet[Any],
    *,
    at: datetime,
    form: forms.Form | None = None,
    invite: Callable[[User], object] = invites_nobody,
) -> TemplateResponse | None:
    """Say what it will do and to which rows; once confirmed, do it and say how it went with each."""
    done = ask_or_do(admin_, request, name, deed, rows, at=at, form=form, invite=invite)
    if isinstance(done, TemplateResponse):
        return done
    tell(admin_, request, deed, done)
    return None


def ask_or_do(
    admin_: Any,
    request: HttpRequest,
    name: str,
    deed: Deed,
    rows: QuerySet[Any],
    *,
    at: datetime,
    form: forms.Form | None = None,
    invite: Callable[[User], object] = invites_nobody,
) -> TemplateResponse | Result:
    """The page that asks, or what came of it once that was answered well."""
    doing = Doing(cast(User, request.user), at, invite=invite)
    if "confirmed" not in request.POST or (form is not None and not form.is_valid()):
        return _page(admin_, request, name, deed, rows, form or forms.Form(), doing)
    typed = form.cleaned_data if form is not None else {}
    return run(deed, rows, Doing(doing.actor, doing.at, typed, invite))


def tell(admin_: Any, request: HttpRequest, deed: Deed, result: Result) -> None:
    """How it went: the number it was done to, and each that was left out with the reason."""
    if result.done:
        words = {"deed": deed.title, "rows": _counted(admin_, deed, result.done)}
        admin_.message_user(request, _("%(deed)s: done for %(rows)s.") % words, messages.SUCCESS)
    for row, why in result.left[:SHOWN]:
        words = {"name": Truncator(str(row)).chars(LONGEST), "why": why}
        admin_.message_user(request, _("%(name)s was left as is: %(why)s.") % words, messages.WARNING)
    if (more := len(result.left) - SHOWN) > 0:
        words = {"rows": _counted(admin_, deed, more)}
        admin_.message_user(request, _("As many again were left as they are: %(rows)s.") % words, messages.WARNING)


def _page(
    admin_: Any, request: HttpRequest, name: str, deed: Deed, rows: QuerySet[Any], form: forms.Form, doing: Doing
) -> TemplateResponse:
    """The question. All of a list are named by their number, and meant again by the same filter."""
    count = rows.count()
    left = _left(deed, rows, doing)
    context = {
        **admin_.admin_site.each_context(request),
        "title": deed.title,
        "opts": admin_.opts,
        "media": admin_.media + form.media,
        "deed": deed,
        "form": form,
        "action": name,
        "counted": _counted(admin_, deed, count),
        "none": len(left) == count,
        "lines": [Truncator(deed.line(row)).chars(LONGEST) for row in rows[:SHOWN]],
        "more": max(count - SHOWN, 0),
        "left": [(Truncator(str(row)).chars(LONGEST), why) for row, why in left[:SHOWN]],
        "left_counted": _counted(admin_, deed, len(left)),
        "left_more": max(len(left) - SHOWN, 0),
        "across": request.POST.get("select_across") == "1",
        "chosen": request.POST.getlist("_selected_action"),
    }
    return TemplateResponse(request, "admin/bulk.html", context)


def _left(deed: Deed, rows: QuerySet[Any], doing: Doing) -> list[tuple[Any, str]]:
    """The rows it cannot be done to, as far as that is known before something is chosen."""
    known = deed.knows if deed.chooses else deed.reasons
    if known is None:
        return []
    found = list(rows)
    reasons = known(found, doing)
    return [(row, reasons[row.pk]) for row in found if row.pk in reasons]


def _counted(admin_: Any, deed: Deed, number: int) -> str:
    return deed.counted(number) if deed.counted else counted(admin_.model, number)
