"""The form of the site settings: how many people the domains of staff leave outside is told beside them."""

from typing import Any

from django import forms
from django.utils.translation import ngettext

from accounts.models import SiteSettings


class SiteSettingsForm(forms.ModelForm):
    """The row of settings; the admin says which fields."""

    class Meta:
        model = SiteSettings
        fields = ("staff_domains",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outside = self.instance.staff_outside().count()
        if outside and "staff_domains" in self.fields:
            field = self.fields["staff_domains"]
            words = ngettext(
                "%(n)d account of staff is outside and cannot sign in.",
                "%(n)d accounts of staff are outside and cannot sign in.",
                outside,
            )
            field.help_text = f"{field.help_text} {words % {'n': outside}}"
