"""The outbox in Django admin: what waits, what is parked and why; try again or park, nothing else."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import bulk_form

from .bulk import DEEDS
from .messages import ACCOUNT_KIND, KINDS
from .models import OutgoingMail


class KindFilter(admin.SimpleListFilter):
    """By what a mail tells; Django would read the whole outbox to find which kinds there are."""

    title = _("mail")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        return queryset.filter(kind=self.value()) if self.value() in KINDS else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """Read-only but for its two actions: a mail is written by what it tells about."""

    list_display = ("subject", "recipient", "status", "attempts", "next_try_at", "last_error", "created_at")
    list_filter = ("status", KindFilter, "limited", "created_at")
    search_fields = ("recipient__istartswith", "subject")
    search_help_text = _("The beginning of an address, or words of the subject")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = tuple(DEEDS)
    fields = (
        ("status", "attempts"),
        "last_error",
        ("recipient_name", "recipient"),
        "subject",
        "text",
        ("kind", "event_key", "limited"),
        ("created_at", "next_try_at", "claimed_until", "sent_at"),
        ("message_id", "thread_id"),
    )
    readonly_fields = tuple(field.name for field in OutgoingMail._meta.fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        return super().get_queryset(request).defer("html")

    def get_fields(self, request: HttpRequest, obj: OutgoingMail | None = None) -> list[Any]:
        """Without the text of an account mail: its link opens somebody else's account."""
        hidden = "text" if obj and obj.kind == ACCOUNT_KIND else ""
        return [field for field in self.fields if field != hidden]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Without the buttons to save, since there is nothing to change."""
        nothing_to_save = {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}
        return super().change_view(request, object_id, form_url, {**nothing_to_save, **(extra_context or {})})

    @admin.action(description=_("Try the selected mails again now…"), permissions=["change"])
    def try_again_now(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> HttpResponse | None:
        return bulk_form.ask(self, request, "try_again_now", DEEDS["try_again_now"], mails, at=timezone.now())

    @admin.action(description=_("Park the selected mails…"), permissions=["change"])
    def park(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> HttpResponse | None:
        return bulk_form.ask(self, request, "park", DEEDS["park"], mails, at=timezone.now())
