"""Clone this type: a page that says what is copied and asks for the new name, code and date."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kpi import cloning, months, types
from kpi.models import KpiType
from kpi.plan_words import parameter_words

ERRORS: dict[str, dict[str, Any]] = {
    "name": {
        "required": _("Enter the name of the type"),
        "unique": _("There is a type of this name already; choose another one"),
    },
    "code": {
        "required": _("Enter the code: letters, digits and hyphens"),
        "invalid": _("Use only letters, digits, hyphens and underscores in the code"),
        "unique": _("There is a type of this code already; choose another one"),
    },
}


class CloneForm(forms.ModelForm):
    """What the new type is called, and from when it means something."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        required=False,
        help_text=_("It stands in addresses and workbooks. Leave it empty to have it made from the name."),
        error_messages=ERRORS["code"],
    )
    valid_from = forms.DateField(
        label=_("Valid from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the date from which the version holds"),
            "invalid": _("Enter a real date, such as 2026-11-19"),
        },
    )
    with_departments = forms.BooleanField(label=_("Offer it in the same departments"), required=False)

    class Meta:
        model = KpiType
        fields = ("name", "code")
        error_messages = ERRORS
        labels = {"name": _("Name")}

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        return typed or slugify(self.cleaned_data.get("name", ""))[:40].strip("-")

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if not date(1970, 1, 1) <= day <= date(2200, 1, 1):
            raise forms.ValidationError(_now("Enter a real date, such as 2026-11-19"))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("name") and cleaned.get("code") == "":
            self.add_error("code", ERRORS["code"]["required"])
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """What `cloning.clone` is to make."""
        return {name: self.cleaned_data[name] for name in ("name", "code", "valid_from", "with_departments")}


@require_http_methods(["GET", "HEAD", "POST"])
def clone(request: HttpRequest, admin_: ModelAdmin, pk: int) -> HttpResponse:
    """The form; sent, the new type's page."""
    if not admin_.has_add_permission(request):
        raise PermissionDenied
    original, today = get_object_or_404(KpiType, pk=pk), timezone.localdate()
    version = types.version_on(original, on=today)
    if version is None:
        messages.warning(request, _now("This type has no version yet, so there is nothing to copy."))
        return HttpResponseRedirect(reverse("admin:kpi_kpitype_change", args=[pk]))
    first = {"valid_from": months.month_of(today)}
    form = CloneForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            made = cloning.clone(original, **form.wanted(), on=today)
        except IntegrityError:  # sent twice at once: the other one was first
            form = CloneForm(request.POST)
        else:
            admin_.log_addition(request, made, _now("Cloned from %(type)s.") % {"type": original})
            said = _now("%(type)s is made after %(original)s. Nothing of the original was changed.")
            messages.success(request, said % {"type": made, "original": original})
            return HttpResponseRedirect(reverse("admin:kpi_kpitype_change", args=[made.pk]))
    context = {
        **admin.site.each_context(request),
        "title": _now("Clone %(type)s") % {"type": original},
        "opts": KpiType._meta,
        "original": original,
        "version": version,
        "words": parameter_words(version),
        "departments": cloning.used_in(original, on=today),
        "form": form,
    }
    return render(request, "admin/kpi/clone.html", context, status=422 if form.errors else 200)
