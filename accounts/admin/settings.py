"""The settings of the site in Django admin: one row, one page."""

from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from auditlog.context import disable_auditlog
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, SiteSettings, User
from accounts.second_step import is_asked_of
from accounts.sessions import end_sessions
from accounts.site_form import SiteSettingsForm

SIGNED_OUT = _(
    "Staff without two-step sign-in are signed out now, and so are you. Sign in again: the page after that sets it up, "
    "with an authenticator app on your phone."
)


@admin.register(SiteSettings)
class SiteSettingsAdmin(admin.ModelAdmin):
    """One row: the list leads straight to its form, which shows the defaults until somebody saves it."""

    form = SiteSettingsForm
    fieldsets = (
        (_("Tickets"), {"fields": ("number_prefix", "edit_window")}),
        (_("Dates"), {"fields": ("date_format",)}),
        (_("Mails"), {"fields": ("mail_sender_name",)}),
        (_("Looking up tickets"), {"fields": ("lookup_mode", "lookups_per_hour", "lookups_per_hour_total")}),
        (_("Limits against floods"), {"fields": ("submissions_per_hour",)}),
        (
            _("Signing in"),
            {
                "fields": (
                    "password_sign_in",
                    "login_codes",
                    "email_verification",
                    "staff_second_step",
                    "customer_domains",
                    "staff_domains",
                )
            },
        ),
    )

    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:accounts_sitesettings_change", 1)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SiteSettings | None:
        return SiteSettings.stored() if object_id == "1" else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def response_change(self, request: HttpRequest, obj: SiteSettings) -> HttpResponse:
        """Back to the form; there is no list to go to. Who is signed out by what they saved reads why on the way in."""
        form = reverse("admin:accounts_sitesettings_change", args=[1])
        person = cast("User", request.user)
        signed_out = is_asked_of(person, obj) and not is_mfa_enabled(person)
        if signed_out:
            logout(request)
        self.message_user(request, _("The site settings were saved."), messages.SUCCESS)
        if signed_out:
            self.message_user(request, SIGNED_OUT, messages.INFO)
            return redirect_to_login(form)
        return redirect(form)

    def save_model(self, request: HttpRequest, obj: SiteSettings, form: Any, change: bool) -> None:
        # The defaults were in force before the first save, so the audit log tells what differs from them.
        with disable_auditlog():
            SiteSettings.objects.get_or_create(pk=1)
        obj._state.adding = False
        super().save_model(request, obj, form, change)
        if obj.staff_second_step and "staff_second_step" in form.changed_data:
            end_sessions(User.objects.exclude(role=Role.CUSTOMER).filter(authenticator__isnull=True))
        if "staff_domains" in form.changed_data:
            end_sessions(obj.staff_outside())
