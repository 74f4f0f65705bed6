"""The page between a bulk action and what it does: what it will do, to whom, and what is still to be chosen."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.bulk import Deed, Result
from accounts.models import Department, Role, User

SHOWN = 50


class KeySelect(AutocompleteSelect):
    """As Django's, which looks for what is no key in the database as well."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        typed = str(data.get(name, ""))
        return typed if typed.isascii() and typed.isdigit() and len(typed) < 19 else ""


class BulkForm(forms.Form):
    """The new value, where the action has one."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose a role")), *Role.choices],
        error_messages={"required": _("Choose the role."), "invalid_choice": _("Choose the role.")},
    )
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.filter(active=True),
        error_messages={"required": _("Choose the department."), "invalid_choice": _("Choose the department.")},
    )

    def __init__(self, *args: Any, deed: Deed, **options: Any) -> None:
        super().__init__(*args, **options)
        self.deed = deed
        for name in {"role", "department"} - {deed.chooses}:
            del self.fields[name]
        if "department" in self.fields:
            widget = KeySelect(User._meta.get_field("department"), admin.site)
            widget.choices = self.fields["department"].choices  # type: ignore[attr-defined]
            self.fields["department"].widget = widget


def page(admin_: Any, request: HttpRequest, name: str, people: QuerySet[User], form: BulkForm) -> TemplateResponse:
    """The question. All of a list are named by their number, and meant again by the same filter."""
    count = people.count()
    context = {
        **admin_.admin_site.each_context(request),
        "title": form.deed.title,
        "opts": admin_.opts,
        "media": admin_.media + form.media,
        "deed": form.deed,
        "form": form,
        "action": name,
        "count": count,
        "people": people[:SHOWN],
        "more": max(count - SHOWN, 0),
        "across": request.POST.get("select_across") == "1",
        "chosen": request.POST.getlist("_selected_action"),
    }
    return TemplateResponse(request, "admin/accounts/bulk.html", context)


def tell(admin_: Any, request: HttpRequest, deed: Deed, result: Result) -> None:
    """How it went: the number it was done to, and each who was left out with the reason."""
    if result.done:
        words = ngettext("%(deed)s: done for %(n)d person.", "%(deed)s: done for %(n)d people.", result.done)
        admin_.message_user(request, words % {"deed": deed.title, "n": result.done}, messages.SUCCESS)
    for person, why in result.left[:SHOWN]:
        words = _now("%(name)s was left as is: %(why)s.") % {"name": person, "why": why}
        admin_.message_user(request, words, messages.WARNING)
    if (more := len(result.left) - SHOWN) > 0:
        words = ngettext("%(n)d more person was left as is.", "%(n)d more people were left as they are.", more)
        admin_.message_user(request, words % {"n": more}, messages.WARNING)
