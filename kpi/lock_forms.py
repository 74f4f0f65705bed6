"""Why a month is unlocked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpi.models import MonthLock

LONGEST = MonthLock._meta.get_field("unlock_reason").max_length


class UnlockForm(forms.Form):
    """The reason, which stays in the history of the month."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST,
        help_text=_("It stays in the history of the month, with your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Enter the reason for unlocking"),
            "max_length": _("Shorten the reason to 300 characters or fewer"),
        },
    )

    def clean_reason(self) -> str:
        """On one line, as lists show it."""
        reason: Any = self.cleaned_data["reason"]
        words = " ".join(reason.split())
        if not words.isprintable():
            raise forms.ValidationError(_("Remove the control characters; use letters, numbers and punctuation only"))
        return words
