"""The admin's form for a person: the role, the place, the address, and a password if need be."""

from types import MappingProxyType
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, SiteSettings, User
from accounts.sessions import ENDING
from accounts.zones import ZoneInput

# What a field means for somebody who is only being added.
OF_THE_NEW = {
    "email": _("An invitation goes there, to come in with Google and this very address or to choose a password."),
    "role": _("What they may see and do. An agent needs a department."),
    "department": _("Whose tickets they work on."),
    "new_password": _("Only if you tell them one yourself; by the link of the invitation they choose their own."),
}


class UserForm(forms.ModelForm):
    """A person; the password is set here for a new one and changed by its owner, or by an admin typing a new one."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Leave empty to keep the present one. Without a password the person signs in through a reset mail."
        ),
    )

    class Meta:
        model = User
        fields = ("email", "name", "role", "department", "organisation", "zone", "told_of_new_tickets")
        widgets = MappingProxyType({"zone": ZoneInput()})
        help_texts = MappingProxyType(
            {
                "email": _(
                    "A new address starts anew: the person is signed out, shows that it is theirs, "
                    "and Google is tied again."
                ),
                "role": _("A new role signs the person out everywhere; tickets they have stay theirs."),
                "department": _("Their queue from now on. Scored months stay where the work was done."),
                "zone": _("Times on their pages follow it. Empty: as the device says that they use."),
                "told_of_new_tickets": _("For admins alone: leads are told of each ticket that waits in their queue."),
            }
        )

    by: User | None = None  # the admin who fills it in

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            for name in OF_THE_NEW.keys() & self.fields.keys():
                self.fields[name].help_text = OF_THE_NEW[name]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().casefold()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody with this address exists already."))
        return email

    def clean_role(self) -> str:
        """Nobody takes the admin away from themselves: the last one could not give it back."""
        role: str = self.cleaned_data["role"]
        if self.by is not None and self.by.pk == self.instance.pk and role != self.instance.role:
            raise forms.ValidationError(_("This is your own account. Ask another admin to change your role."))
        return role

    def clean(self) -> dict[str, Any]:
        """Staff are of the site's own domains, and nobody becomes staff with an address that is merely typed."""
        cleaned: dict[str, Any] = super().clean() or {}
        role, email = cleaned.get("role"), cleaned.get("email", "")
        if role in (None, Role.CUSTOMER) or not {"role", "email"} & set(self.changed_data):
            return cleaned
        if not SiteSettings.load().admits(email, staff=True):
            self.add_error("email", _("Staff of this site have addresses of other domains; see the site settings."))
        typed = EmailAddress.objects.filter(user_id=self.instance.pk or 0, verified=False)
        if not self.instance.is_vouched_for and typed.exists():
            self.add_error("role", _("This person has not shown yet that the address is theirs."))
        return cleaned

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> User:
        if self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        elif not self.instance.pk:
            self.instance.set_unusable_password()
        if ENDING & set(self.changed_data):
            self.instance.session_epoch += 1
        user: User = super().save(commit)
        return user
