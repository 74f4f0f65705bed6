"""What allauth asks the product while people sign in and sign up."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Links from SITE_URL, no way out to other sites, every new account a customer, our own words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is switched off. Ask an admin."),
        "email_password_mismatch": _("That email and password do not belong together. Check both and try again"),
        "enter_current_password": _("That is not your present password"),
        "email_taken": _("There is already an account with this email. Sign in, or choose a new password"),
        "too_many_login_attempts": _("Too many tries with this email. Wait five minutes, then try again"),
        "unknown_email": _("There is no account with this email"),
        "rate_limited": _("Too many tries in a short time. Wait a few minutes, then try again"),
    }

    password_sentences = {
        "password_too_short": _("Use at least 10 characters"),
        "password_too_common": _("Choose a password that fewer people use"),
        "password_entirely_numeric": _("Use letters as well as digits"),
        "password_too_similar": _("Choose a password that is less like your name or email"),
    }

    def clean_password(self, password: str, user: Any = None) -> str:
        """The site's password rules, refused in our own words."""
        try:
            return str(super().clean_password(password, user))
        except ValidationError as refused:
            sentences = [
                ValidationError(self.password_sentences.get(one.code or "", one.message), code=one.code)
                for one in refused.error_list
            ]
            raise ValidationError(sentences) from None

    def new_user(self, request: HttpRequest) -> User:
        return User(role=Role.CUSTOMER)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Store the name as well; the address is kept casefolded, and the role is never the visitor's choice."""
        user.name = form.cleaned_data.get("name", "")
        user.role = Role.CUSTOMER
        super().save_user(request, user, form, commit=False)
        user.email = user.email.casefold()
        if commit:
            user.save()
        return user

    def is_safe_url(self, url: str | None) -> bool:
        """Only our own pages: relative ones, or those under SITE_URL."""
        site = urlsplit(settings.SITE_URL)
        return url_has_allowed_host_and_scheme(url, allowed_hosts={site.netloc}, require_https=site.scheme == "https")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return f"{settings.SITE_URL}{reverse('account_confirm_email', args=[emailconfirmation.key])}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail; `key` is allauth's "<uid>-<token>"."""
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.SITE_URL}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """As allauth does it, but what a mail may link to comes from SITE_URL, not from the visitor's Host header."""
        facts = context | {
            "email": email,
            "site_url": settings.SITE_URL,
            "signup_url": f"{settings.SITE_URL}{reverse('account_signup')}",
            "password_reset_page": f"{settings.SITE_URL}{reverse('account_reset_password')}",
        }
        self.deliver(template_prefix, email, facts)

    def deliver(self, template_prefix: str, email: str, facts: dict[str, Any]) -> None:
        """Send it at once; the floor that has an outbox puts it there."""
        self.render_mail(template_prefix, email, facts).send()
