"""The outbox in Django admin: what waits, what is parked and why; try again or park, nothing else."""

from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import User

from .messages import ACCOUNT_KIND
from .models import MailStatus, OutgoingMail
from .nudge import nudge


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """Read-only but for its two actions: a mail is written by what it tells about."""

    list_display = ("subject", "recipient", "status", "attempts", "next_try_at", "last_error", "created_at")
    list_filter = ("status", "kind", "limited", "created_at")
    search_fields = ("recipient__istartswith", "subject")
    search_help_text = _("The beginning of an address, or words of the subject")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("try_again_now", "park")
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

    @admin.action(description=_("Try again now"), permissions=["change"])
    def try_again_now(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        """Parked and waiting mails become due at once, with all their tries. Others are left as they are."""
        total = queryset.count()  # first: the page's filter by status no longer finds them afterwards
        with transaction.atomic():
            chosen = queryset.filter(status__in=[MailStatus.PENDING, MailStatus.PARKED])
            keys = list(chosen.order_by("pk").values_list("pk", flat=True))
            now = timezone.now()
            changed = audit.update(
                OutgoingMail.objects.filter(pk__in=keys, status__in=[MailStatus.PENDING, MailStatus.PARKED]),
                actor=cast(User, request.user),
                at=now,
                status=MailStatus.PENDING,
                attempts=0,
                next_try_at=now,
                last_error="",
            )
            for key in keys[:20]:  # the sweep takes the rest
                transaction.on_commit(partial(nudge, key), robust=True)
        self._report(
            request,
            total,
            changed,
            ngettext("%d mail will be tried again now.", "%d mails will be tried again now.", changed) % changed,
        )

    @admin.action(description=_("Park"), permissions=["change"])
    def park(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        """Waiting mails are held until somebody lets them go. Others are left as they are."""
        reason = _("Parked by %(name)s.") % {"name": request.user.get_username()}
        chosen = queryset.filter(status=MailStatus.PENDING)
        total = queryset.count()
        changed = audit.update(
            chosen, actor=cast(User, request.user), at=timezone.now(), status=MailStatus.PARKED, last_error=str(reason)
        )
        said = ngettext("%d mail is parked.", "%d mails are parked.", changed) % changed
        self._report(request, total, changed, said)

    def _report(self, request: HttpRequest, chosen: int, changed: int, said: str) -> None:
        if changed:
            self.message_user(request, said, messages.SUCCESS)
        if left := chosen - changed:
            words = ngettext(
                "%d mail was left as it is: it is sent, being sent or suppressed, or there was nothing to change.",
                "%d mails were left as they are: sent, being sent or suppressed, or there was nothing to change.",
                left,
            )
            self.message_user(request, words % left, messages.WARNING)
