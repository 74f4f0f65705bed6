"""What a person decides about the product's pages and mails; staff decide a little more."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms import clean_person_name
from accounts.models import User

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
OF_STAFF = ("shortcuts_off",)
OF_ADMINS = ("told_of_new_tickets",)
# What a person may do without, by the word that `User.wants` is asked with.
MAILS = {
    "reply": _("an agent answers on a ticket of mine"),
    "outcome": _("a ticket of mine is closed, rejected or re-opened"),
}
MAILS_AT_WORK = {
    "assigned": _("a ticket is assigned to me"),
    "customer_replied": _("a customer writes on a ticket I handle"),
}


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
    """Name, language, zone, theme, one tick for each kind of mail; for staff also the keyboard."""

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
        fields = ("name", "language", "zone", "theme", *OF_STAFF, *OF_ADMINS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Your name")
        name.widget.attrs["autocomplete"] = "name"
        name.error_messages |= {
            "required": _("Enter your name"),
            "max_length": _("Enter a name of at most %(limit_value)d characters"),
        }
        self.fields["told_of_new_tickets"].label = _("a new ticket waits for somebody to take it")
        self.fields["shortcuts_off"].label = _("Turn single-key shortcuts off")
        self._offer("language", [("", _("As this device says")), *settings.LANGUAGES])
        self._offer("zone", zone_choices(self.instance.zone))
        for field in (() if self.instance.works_here else OF_STAFF) + (() if self.instance.is_admin else OF_ADMINS):
            del self.fields[field]
        self.mails = MAILS | (MAILS_AT_WORK if self.instance.works_here else {})
        for mail, words in self.mails.items():
            wanted = self.instance.wants(mail)
            self.fields[f"mail_{mail}"] = forms.BooleanField(label=words, required=False, initial=wanted)

    @property
    def mail_ticks(self) -> list[forms.BoundField]:
        """The kinds of mail, for the page; what an admin is told of new tickets is one of them."""
        own = [self[f"mail_{mail}"] for mail in self.mails]
        return own + [self[name] for name in OF_ADMINS if name in self.fields]

    def save(self, commit: bool = True) -> User:
        """A kind that this page does not show stays as it was chosen."""
        off = {mail for mail in self.mails if not self.cleaned_data[f"mail_{mail}"]}
        self.instance.mails_off = sorted(off | (set(self.instance.mails_off) - set(self.mails)))
        user: User = super().save(commit)
        return user

    def clean_name(self) -> str:
        return clean_person_name(self.cleaned_data["name"])

    def _offer(self, field: str, choices: list[Any]) -> None:
        chooser = self.fields[field]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - it is declared above
        chooser.choices = choices
