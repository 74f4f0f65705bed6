"""The forms around signing in, in our own plain words."""

import unicodedata
from typing import Any

from allauth.account.forms import (
    ChangePasswordForm as BaseChangePasswordForm,
)
from allauth.account.forms import (
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SignupForm,
)
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.site import domains_in
from accounts.site import site_of

BAD_EMAIL = _("Enter an email address in the format name@example.com")
PASSWORD_HINT = _("At least 10 characters. Not a common password, and not like your name or email.")


def word_field(
    field: forms.Field, *, label: Any = None, empty: Any, invalid: Any = None, hint: Any = "", autocomplete: str = ""
) -> None:
    """Give one of allauth's fields our label, hint and sentences, and take its placeholder away."""
    field.widget.attrs.pop("placeholder", None)
    field.help_text = hint
    if label:
        field.label = label
    if autocomplete:
        field.widget.attrs["autocomplete"] = autocomplete
    field.error_messages["required"] = empty
    if invalid:
        field.error_messages["invalid"] = invalid
        for validator in field.validators:
            if getattr(validator, "code", "") == "invalid":
                validator.message = invalid  # type: ignore[attr-defined]  # Django's validators all have one


def clean_person_name(value: str) -> str:
    """A name of at least one visible character, on one line; raises ValidationError with our sentence."""
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in value):
        raise ValidationError(_("Enter your name on one line, without control characters"))
    name = " ".join(value.split())
    if not any(unicodedata.category(char)[0] in "LNPS" for char in name):
        raise ValidationError(_("Enter your name"))
    return name


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth carries no types
    """E-mail and password; `next` and the draft are the page's business."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_field(
            self.fields["login"],
            label=_("Email"),
            empty=_("Enter your email"),
            invalid=BAD_EMAIL,
            autocomplete="username",
        )
        word_field(self.fields["password"], empty=_("Enter your password"))


class SignUpForm(SignupForm):  # type: ignore[misc]  # allauth carries no types
    """Name, e-mail, password. Whoever signs up is a customer; see accounts.sign_in."""

    field_order = ["name", "email", "password1"]
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        strip=False,
        error_messages={
            "required": _("Enter your name"),
            "max_length": _("Enter a name of at most %(limit_value)d characters"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_field(self.fields["email"], label=_("Email"), empty=_("Enter your email"), invalid=BAD_EMAIL)
        word_field(self.fields["password1"], label=_("Password"), empty=_("Choose a password"), hint=PASSWORD_HINT)

    def clean_name(self) -> str:
        return clean_person_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        """Refuse an address of elsewhere before anything is said about who has an account."""
        site = site_of(context.request)
        if not site.admits(self.cleaned_data["email"], staff=False):
            domains = ", ".join(domains_in(site.customer_domains))
            raise ValidationError(_("Accounts here are for addresses of %(domains)s."), params={"domains": domains})
        email: str = super().clean_email()
        return email

    def try_save(self, request: HttpRequest) -> Any:
        """An address that is taken costs the same time as a new one."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth carries no types
    """Where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_field(self.fields["email"], label=_("Email"), empty=_("Enter your email"), invalid=BAD_EMAIL)


class OnePasswordMixin:
    """One field for a new password: pasted twice it proves nothing, and it can be reset by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]  # a mixin for forms
        fields.pop("password2", None)
        word_field(fields["password1"], label=_("New password"), empty=_("Choose a new password"), hint=PASSWORD_HINT)


class NewPasswordForm(OnePasswordMixin, ResetPasswordKeyForm):  # type: ignore[misc]  # allauth carries no types
    """A new password behind the link from the mail."""


class ChangePasswordForm(OnePasswordMixin, BaseChangePasswordForm):  # type: ignore[misc]  # allauth carries no types
    """The present password, then the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_field(self.fields["oldpassword"], label=_("Present password"), empty=_("Enter your present password"))


class AskCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth carries no types
    """Where to send a code that signs one in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_field(self.fields["email"], label=_("Email"), empty=_("Enter your email"), invalid=BAD_EMAIL)


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth carries no types
    """The code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_field(self.fields["code"], label=_("Code"), empty=_("Enter the code from the mail"))


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """The present password, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_field(
            self.fields["password"],
            label=_("Present password"),
            empty=_("Enter your present password"),
            autocomplete="current-password",
        )
