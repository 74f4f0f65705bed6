"""People in Django admin."""

from collections.abc import Iterator
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import bulk_form
from accounts.bulk_people import DEEDS, BulkForm
from accounts.key_select import among
from accounts.models import User
from accounts.models.people import SEEN_AT
from accounts.person_form import UserForm


def _possible(person: User) -> Iterator[tuple[str, Any]]:
    """The actions that make sense for one person, as (name, words)."""
    if not person.is_active:
        yield "activate", _("Activate…")
        return
    yield "invite", _("Mail an invitation…")
    if Authenticator.objects.filter(user=person).exists():
        yield "forget_second_step", _("Take two-step sign-in off…")
    yield "deactivate", _("Deactivate…")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = UserForm
    list_display = ("name", "email", "role", "department", "is_active", "seen")
    list_filter = ("role", "is_active", "department__country")
    list_select_related = ("department__country",)
    search_fields = ("name", "email")
    autocomplete_fields = ("department", "organisation")
    readonly_fields = ("is_active", "ways_in", "seen", "invited_at", "created_at")
    fields = (
        "email",
        "name",
        "role",
        "department",
        "organisation",
        "zone",
        "told_of_new_tickets",
        "new_password",
        *readonly_fields,
    )
    change_form_template = "admin/accounts/user/change_form.html"
    actions = tuple(DEEDS)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """A select may look among the agents of one department alone, or among who works here."""
        return super().get_search_results(request, queryset.filter(among(request.GET)), search_term)

    def told_apart(self, user: User) -> str:
        """Two people may have one name; no two have one address."""
        return f"{user.name} ({user.email})" if user.name else user.email

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """There is nothing to tell of a new person yet."""
        told = self.readonly_fields if obj is None else ()
        return tuple(name for name in self.fields if name not in told)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is asked about before it is done has buttons of its own, which lead to the question."""
        person = kwargs.get("obj")
        context["deeds"] = list(_possible(person)) if person else []
        return super().render_change_form(request, context, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A class of its own for each request, which may so know who asks."""
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user  # type: ignore[attr-defined]  # it is a UserForm
        return form

    @admin.display(description=_("last seen"), ordering=SEEN_AT)
    def seen(self, user: User) -> str:
        return date_format(timezone.localtime(user.seen_at), "DATETIME_FORMAT") if user.seen_at else _now("never")

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
        form = BulkForm(request.POST if "confirmed" in request.POST else None, deed=DEEDS[name])
        invite = get_adapter(request).send_invitation
        return bulk_form.ask(self, request, name, DEEDS[name], people, at=timezone.now(), form=form, invite=invite)

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
