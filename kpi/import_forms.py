"""Forms of what comes in: holidays of a country, an Excel file of finished work."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from kpi import holidays_import
from kpi.holidays_import import EARLIEST, LATEST, MOST_YEARS, Choice

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
