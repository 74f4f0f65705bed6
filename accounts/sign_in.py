"""What allauth asks the product while people sign in and sign up."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from accounts import second_step
from accounts.language import remember
from accounts.models import Role, SiteSettings, User
from accounts.models.site import domains_in
from accounts.site import google_offered, passwords_allowed, site_of


def has_proven_address(user: User) -> bool:
    """Whether the address of this account is verified; nothing else proves that it is theirs."""
    return bool(EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists())


def prove_address(request: HttpRequest, user: User) -> None:
    """The person at the browser has shown that the account's address is theirs: verify it by the door that claims."""
    address, _new = EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
    if not address.verified:
        get_adapter(request).confirm_email(request, address)


def why_outside(user: User, site: SiteSettings) -> str:
    """The sentence for staff whose address is of none of the staff's domains; empty for everybody else."""
    if not user.works_here or site.admits(user.email, staff=True):
        return ""
    words = _("Staff of this site sign in with an address of %(domains)s. Ask an admin to change yours.")
    return words % {"domains": ", ".join(domains_in(site.staff_domains))}


def may_be_prepared(user: User) -> bool:
    """Whether a stranger may have made this account for an address that is somebody else's."""
    return not user.is_vouched_for and not has_proven_address(user)


def leave_behind(user: User) -> None:
    """Nothing that somebody prepared on an account before its address was proven opens it any more."""
    user.set_unusable_password()
    user.session_epoch += 1
    user.save(update_fields=["password", "session_epoch"])
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()


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
        "incorrect_code": _("That code is not right, or it was used already. Check it, or ask for a new one"),
        "incorrect_password": _("That is not your present password"),
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

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether strangers may make themselves an account with a password."""
        return passwords_allowed(site_of(request))

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

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """Asked for every way in, once it is clear who comes: staff must have an address of the staff's domains."""
        if why := why_outside(user, site_of(request)):
            clear_login(request)
            messages.error(request, why)
            back = how.get("redirect_url")
            page = reverse("account_login")
            return HttpResponseRedirect(f"{page}?{urlencode({'next': back})}" if back else page)
        refused: HttpResponse | None = super().pre_login(request, user, **how)
        return refused

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        """Signed in by whatever way: staff who still lack the second step are led to it, pages speak their language."""
        answer: HttpResponse = super().post_login(request, user, **how)
        second_step.note_if_due(request, user)
        remember(answer, user)
        return answer

    def is_safe_url(self, url: str | None) -> bool:
        """Only our own pages: relative ones, or those under SITE_URL."""
        site = urlsplit(settings.SITE_URL)
        return url_has_allowed_host_and_scheme(url, allowed_hosts={site.netloc}, require_https=site.scheme == "https")

    def reauthenticate(self, user: User, password: str) -> bool:
        """By the account's own address, which also those have whom an admin made."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def send_password_reset_mail(self, user: User, email: str, facts: dict[str, Any]) -> None:
        """Only to the account's own address: whoever uses the link has shown that this address is theirs."""
        if email.casefold() == user.email:
            super().send_password_reset_mail(user, email, facts)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return f"{settings.SITE_URL}{reverse('account_confirm_email', args=[emailconfirmation.key])}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail; `key` is allauth's "<uid>-<token>"."""
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.SITE_URL}{path}"

    def send_invitation(self, user: User) -> None:
        """The mail to somebody an admin made an account for: a link to choose a password, and the other ways in."""
        site = site_of(self.request)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        facts = {
            "user": user,
            "sign_in_page": f"{settings.SITE_URL}{reverse('account_login')}",
            "password_reset_url": self.get_reset_password_from_key_url(key) if passwords_allowed(site) else "",
            "google": google_offered(),
            "login_codes": site.login_codes,
        }
        self.send_mail("account/email/invitation", user.email, facts)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Any = None, email: str | None = None
    ) -> None:
        """Tell a person of each change to how one gets into their account."""
        self.send_mail(template_prefix, user.email, {"user": user, "notice": True})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """As allauth does it, but what a mail may link to comes from SITE_URL, not from the visitor's Host header."""
        passwords = passwords_allowed(site_of(self.request) if self.request else SiteSettings.load())
        pages = {"signup_url": "account_signup", "password_reset_page": "account_reset_password"}
        links = {name: f"{settings.SITE_URL}{reverse(page)}" if passwords else "" for name, page in pages.items()}
        facts = context | links | {"email": email, "site_url": settings.SITE_URL}
        self.deliver(template_prefix, email, facts)

    def deliver(self, template_prefix: str, email: str, facts: dict[str, Any]) -> None:
        """Send it at once; the floor that has an outbox puts it there."""
        self.render_mail(template_prefix, email, facts).send()
