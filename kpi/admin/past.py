"""The admin's way to the only door: what reaches back to a date up to today is previewed before it is applied.

Saving or deleting such a row in the admin, one or many, makes a change (`kpi.changes`) and leads to its page; nothing
is saved. What has an effect on later dates only, or on what nothing was recorded under, is saved at once.
"""

from typing import Any, cast

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import bulk_form
from accounts.bulk import Result
from accounts.bulk_delete import deletion
from accounts.models import User
from kpi import changes, plans
from kpi.models import Change
from kpi.plan_words import title_of
from kpi.plans import Write
from kpi.tasks import ask_to_redate, start

HELP = _(
    "What has an effect on a date up to today, on work that is recorded, is not saved at once: you see first which "
    "scores it moves, and decide then. What holds from a later date on only, or for what nothing was recorded under "
    "yet, is saved directly; running clocks follow within a minute."
)


def page_of(change: Change) -> HttpResponse:
    """The page on which the change is looked at and decided."""
    return HttpResponseRedirect(reverse("admin:kpi_change_change", args=[change.pk]))


class ChangesThePast(admin.ModelAdmin):
    """Rows that scores are based on."""

    actions = ("delete_selected",)
    nothing_hangs_on_rows = True  # items of a version that goes are judged by the one before it
    deletes_how = _("Scores that this would move are shown first, and nothing is deleted before you decide.")
    change_form_template = "admin/kpi/past_change_form.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), "past_help": HELP})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not self._proposed(request, [plans.saving(obj)]):
            super().save_model(request, obj, form, change)
            transaction.on_commit(ask_to_redate)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, self.get_queryset(request).filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one, for the audit log."""
        if not self._of(request):
            plans.carry_out([plans.deleting(row) for row in queryset])
            transaction.on_commit(ask_to_redate)

    @admin.action(permissions=["delete"], description=_("Delete the selected rows"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        deed = deletion(self, request)
        done = bulk_form.ask_or_do(self, request, "delete_selected", deed, queryset, at=timezone.now())
        change = self._of(request)
        if change or not isinstance(done, Result):
            return page_of(change) if change else done  # type: ignore[return-value]
        bulk_form.tell(self, request, deed, done)
        return None

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if self._of(request) else super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if self._of(request) else super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Django logs before it deletes, so it is decided here whether there will be a deletion."""
        if self._proposed(request, [plans.deleting(row) for row in queryset]):
            return []
        return super().log_deletions(request, queryset)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        change = self._of(request)
        return page_of(change) if change else super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        change = self._of(request)
        return page_of(change) if change else super().response_change(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        change = self._of(request)
        return page_of(change) if change else super().response_delete(request, obj_display, obj_id)

    def _proposed(self, request: HttpRequest, writes: list[Write]) -> bool:
        """Make a change of the writes if they reach back; the request remembers it for the answer."""
        now = timezone.now().replace(microsecond=0)
        wanted = [write for write in writes if write.before != write.after]
        if not changes.is_past(wanted, at=now):
            return False
        change = changes.propose(wanted, title=title_of(wanted), by=cast(User, request.user), at=now)
        request.kpi_change = start(change)  # type: ignore[attr-defined]
        return True

    def _of(self, request: HttpRequest) -> Change | None:
        return getattr(request, "kpi_change", None)
