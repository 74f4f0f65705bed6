"""Forms of what comes in: holidays of a country, an Excel file of finished work."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from kpi import holidays_import, item_import
from kpi.excel import files
from kpi.excel.files import Unusable
from kpi.holidays_import import EARLIEST, LATEST, MOST_YEARS, Choice
from kpi.models import ItemImport, KpiType

YEARS = _("Enter a year from %(first)s to %(last)s") % {"first": EARLIEST, "last": LATEST}


class CountryForm(forms.Form):
    """Which country's days are imported."""

    country = forms.ModelChoiceField(
        label=_("Country"),
        queryset=Country.objects.all(),
        empty_label=None,
        error_messages={"required": _("Choose the country"), "invalid_choice": _("Choose a country of the list")},
    )


class HolidayForm(forms.Form):
    """What of a country's published days is wanted."""

    subdivision = forms.ChoiceField(
        label=_("State or region"),
        required=False,
        help_text=_("Days that only this part of the country keeps are added."),
        error_messages={"invalid_choice": _("Choose a state or region of the list")},
    )
    categories = forms.MultipleChoiceField(
        label=_("Which days"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one kind of day"),
            "invalid_choice": _("Choose kinds of days of the list"),
        },
    )
    first_year = forms.IntegerField(
        label=_("From year"),
        min_value=EARLIEST,
        max_value=LATEST,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), YEARS),
    )
    last_year = forms.IntegerField(
        label=_("To year"),
        min_value=EARLIEST,
        max_value=LATEST,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), YEARS),
    )

    def __init__(self, *args: Any, country: Country, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        parts = holidays_import.subdivisions(country)
        if parts:
            cast(forms.ChoiceField, self.fields["subdivision"]).choices = [("", _("The whole country")), *parts]
        else:
            del self.fields["subdivision"]
        kinds = holidays_import.categories(country)
        choices = [(name, name.replace("_", " ").capitalize()) for name in kinds]
        cast(forms.MultipleChoiceField, self.fields["categories"]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and not first <= last < first + MOST_YEARS:
            self.add_error(
                "last_year",
                _("Enter a last year that is not before the first, and at most %(most)s years") % {"most": MOST_YEARS},
            )
        return cleaned

    def choice(self) -> Choice:
        """What was chosen, once the form is valid."""
        chosen = self.cleaned_data
        return Choice(
            self.country,
            tuple(range(chosen["first_year"], chosen["last_year"] + 1)),
            tuple(chosen["categories"]),
            chosen.get("subdivision", ""),
        )


class UploadForm(forms.Form):
    """A workbook of finished work. One that was stored before is refused once, and taken with the tick."""

    file = forms.FileField(
        label=_("Excel workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": files.WRONG_TYPE,
            "invalid": files.WRONG_TYPE,
            "missing": files.WRONG_TYPE,
            "empty": _("The file is empty"),
        },
    )
    again = forms.BooleanField(label=_("Check it again all the same"), required=False, widget=forms.HiddenInput)
    content = b""
    before: ItemImport | None = None

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > files.MOST_BYTES:
            raise forms.ValidationError(files.TOO_BIG)
        self.content = file.read()
        try:
            files.inspect(self.content)
        except Unusable as unusable:
            raise forms.ValidationError(str(unusable.sentence)) from unusable
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.before = item_import.stored_before(item_import.digest_of(self.content)) if self.content else None
        if self.before:
            self.fields["again"].widget = forms.CheckboxInput()
            if not cleaned.get("again"):
                self.add_error("file", _("This very file was imported before: all of its rows are stored."))
        return cleaned


class TemplateForm(forms.Form):
    """Which types the template has columns for."""

    types = forms.ModelMultipleChoiceField(
        label=_("KPI types"),
        queryset=KpiType.objects.filter(versions__isnull=False).distinct(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one type"),
            "invalid_choice": _("Choose types of the list"),
            "invalid_pk_value": _("Choose types of the list"),
        },
    )
