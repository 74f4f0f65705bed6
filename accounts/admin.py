"""People, places and client companies in Django admin."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from auditlog.context import disable_auditlog
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth import update_session_auth_hash
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import bulk, bulk_form
from accounts.bulk_form import BulkForm
from accounts.models import Asset, Contact, Contract, Country, Department, Organisation, Role, Site, SiteSettings, User
from accounts.person_form import UserForm
from accounts.policies import PRESETS, apply_preset
from accounts.sessions import end_sessions

POLICIES = (
    "accepts_intake",
    "agents_take",
    "agents_assign",
    "leads_assign",
    "acknowledge_stops_response",
    "clients_close",
    "clients_reopen",
    "reopen_days",
    "reply_reopens",
    "ask_priority",
    "remind_after_days",
    "close_after_days",
    "assign_within_minutes",
    "notification_address",
)


@admin.register(Country)
class CountryAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "zone", "date_format")
    search_fields = ("name", "code")


class DepartmentForm(forms.ModelForm):
    """Adds the presets: choosing one sets every policy below it."""

    preset = forms.ChoiceField(
        label=_("Set all policies to"),
        required=False,
        choices=[("", _("Keep what is chosen below")), *((key, label) for key, (label, _columns) in PRESETS.items())],
    )

    class Meta:
        model = Department
        fields = ("country", "code", "name", "leads", "active", *POLICIES)
        widgets = {"leads": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = self.fields.get("leads")
        if isinstance(leads, forms.ModelMultipleChoiceField):
            leads.queryset = User.objects.filter(department=self.instance.pk or 0, role=Role.AGENT)
            leads.help_text = _("Agents of this department; add them to it first.")

    def save(self, commit: bool = True) -> Department:
        if self.cleaned_data.get("preset"):
            apply_preset(self.instance, self.cleaned_data["preset"])
        department: Department = super().save(commit)
        return department


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    form = DepartmentForm
    list_display = ("name", "country", "code", "accepts_intake", "active")
    list_filter = ("country", "active", "accepts_intake")
    list_select_related = ("country",)
    search_fields = ("name", "code", "country__name")
    autocomplete_fields = ("country",)
    fieldsets = (
        (None, {"fields": ("country", "code", "name", "leads", "active")}),
        (_("Policies"), {"fields": ("preset", *POLICIES)}),
    )


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = UserForm
    list_display = ("name", "email", "role", "department", "is_active", "last_login")
    list_filter = ("role", "is_active", "department__country")
    list_select_related = ("department__country",)
    search_fields = ("name", "email")
    autocomplete_fields = ("department", "organisation")
    readonly_fields = ("ways_in", "last_login", "invited_at", "created_at")
    fields = (
        "email",
        "name",
        "role",
        "department",
        "organisation",
        "zone",
        "told_of_new_tickets",
        "is_active",
        "new_password",
        "ways_in",
        "last_login",
        "invited_at",
        "created_at",
    )
    actions = tuple(bulk.DEEDS)

    @admin.display(description=_("comes in with"))
    def ways_in(self, user: User) -> str:
        """The address and whether it is proven, and what else opens the account."""
        proven = EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
        ways = [
            _("a verified address") if proven else _("an address not verified yet"),
            _("a password") if user.has_usable_password() else "",
            _("Google") if SocialAccount.objects.filter(user=user).exists() else "",
            _("a second step") if Authenticator.objects.filter(user=user).exists() else "",
        ]
        return ", ".join(str(way) for way in ways if way)

    @admin.action(description=_("Deactivate the selected people…"), permissions=["change"])
    def deactivate(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        return self._asked(request, "deactivate", people)

    @admin.action(description=_("Activate the selected people…"), permissions=["change"])
    def activate(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        return self._asked(request, "activate", people)

    @admin.action(description=_("Mail an invitation to the selected people…"), permissions=["change"])
    def invite(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        return self._asked(request, "invite", people)

    @admin.action(description=_("Take two-step sign-in off the selected people…"), permissions=["change"])
    def forget_second_step(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        return self._asked(request, "forget_second_step", people)

    @admin.action(description=_("Set the role of the selected people…"), permissions=["change"])
    def set_role(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        return self._asked(request, "set_role", people)

    @admin.action(description=_("Set the department of the selected people…"), permissions=["change"])
    def set_department(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        return self._asked(request, "set_department", people)

    def _asked(self, request: HttpRequest, name: str, people: QuerySet[User]) -> HttpResponse | None:
        """Say what it will do and to whom; once confirmed, do it and say how it went with each."""
        deed = bulk.DEEDS[name]
        form = BulkForm(request.POST if "confirmed" in request.POST else None, deed=deed)
        if not form.is_valid():
            return bulk_form.page(self, request, name, people, form)
        invite = get_adapter(request).send_invitation
        actor = cast(User, request.user)
        result = bulk.run(deed, people, bulk.Doing(actor, timezone.now(), invite, form.cleaned_data))
        bulk_form.tell(self, request, deed, result)
        return None

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new person gets an invitation; with a new address what hung on the old one is gone; the admin stays in."""
        if "email" in form.changed_data:
            obj.invited_at = timezone.now()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            SocialAccount.objects.filter(user=obj).delete()
        if not change and obj.is_active:
            get_adapter(request).send_invitation(obj)
        if obj.pk == request.user.pk:
            update_session_auth_hash(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People stay: their name stands on tickets and in the ledger. Deactivate them instead."""
        return False


class SiteInline(admin.StackedInline):
    model = Site
    extra = 0


class ContactInline(admin.StackedInline):
    model = Contact
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "members_see", "members_answer")
    search_fields = ("name",)
    inlines = (SiteInline, ContactInline)


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin):
    list_display = ("name", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation",)


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    list_display = ("name", "organisation", "email", "phone")
    list_select_related = ("organisation",)
    search_fields = ("name", "email", "organisation__name")
    autocomplete_fields = ("organisation", "user")


@admin.register(Contract)
class ContractAdmin(admin.ModelAdmin):
    list_display = ("name", "organisation", "starts_on", "ends_on", "hours_included")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation",)


@admin.register(Asset)
class AssetAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "organisation", "department")
    list_filter = ("kind",)
    list_select_related = ("organisation", "department__country")
    search_fields = ("name", "serial", "organisation__name")
    autocomplete_fields = ("organisation", "site", "department")


@admin.register(SiteSettings)
class SiteSettingsAdmin(admin.ModelAdmin):
    """One row: the list leads straight to its form, which shows the defaults until somebody saves it."""

    fieldsets = (
        (_("Tickets"), {"fields": ("number_prefix", "edit_window")}),
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
        return SiteSettings.load() if object_id == "1" else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def response_change(self, request: HttpRequest, obj: SiteSettings) -> HttpResponse:
        """Back to the form; there is no list to go to."""
        self.message_user(request, _("The site settings were saved."), messages.SUCCESS)
        return redirect("admin:accounts_sitesettings_change", 1)

    def save_model(self, request: HttpRequest, obj: SiteSettings, form: Any, change: bool) -> None:
        # The defaults were in force before the first save, so the audit log tells what differs from them.
        with disable_auditlog():
            SiteSettings.objects.get_or_create(pk=1)
        obj._state.adding = False
        super().save_model(request, obj, form, change)
        if obj.staff_second_step and "staff_second_step" in form.changed_data:
            end_sessions(User.objects.exclude(role=Role.CUSTOMER).filter(authenticator__isnull=True))
