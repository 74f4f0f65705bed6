"""What a person decides about the product's pages and mails; staff decide a little more."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms import clean_person_name
from accounts.models import User

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
OF_STAFF = ("told_of_new_tickets", "shortcuts_off")


def zone_choices(present: str) -> list[Any]:
    """Time zones by region; the present one is among them even where it goes by an unusual name."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in sorted(zoneinfo.available_timezones()):
        region, _slash, place = name.partition("/")
        if place and region in groups:
            groups[region].append((name, place.replace("_", " ").replace("/", ", ")))
    listed = {name for zones in groups.values() for name, _place in zones} | {"", "UTC"}
    return [
        ("", _("As this device says")),
        ("UTC", "UTC"),
        *([] if present in listed else [(present, present)]),
        *groups.items(),
    ]


class ProfileForm(forms.ModelForm):
    """Name, language, zone, theme; for staff also the mails about new tickets and the keyboard."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        error_messages={"invalid_choice": _("Choose a time zone from the list")},
    )
    theme = forms.ChoiceField(
        label=_("Colours"),
        required=False,
        choices=[("", _("As this device says")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ("name", "language", "zone", "theme", *OF_STAFF)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Your name")
        name.widget.attrs["autocomplete"] = "name"
        name.error_messages |= {
            "required": _("Enter your name"),
            "max_length": _("Enter a name of at most %(limit_value)d characters"),
        }
        self.fields["told_of_new_tickets"].label = _("Mail me about new tickets in the queue")
        self.fields["shortcuts_off"].label = _("Turn single-key shortcuts off")
        self._offer("language", [("", _("As this device says")), *settings.LANGUAGES])
        self._offer("zone", zone_choices(self.instance.zone))
        if not self.instance.works_here:
            for field in OF_STAFF:
                del self.fields[field]

    def clean_name(self) -> str:
        return clean_person_name(self.cleaned_data["name"])

    def _offer(self, field: str, choices: list[Any]) -> None:
        chooser = self.fields[field]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - it is declared above
        chooser.choices = choices
