"""Sign-in with Google: allauth's provider, with a nonce, and our rules for whose account a Google address opens.

An address counts only while Google says that it is verified. It opens the account that has proven the same address, or
the one an admin made for it. An account that a stranger signed up with somebody's address, and never proved, is not
handed over: it loses the address, its password and its sessions, and the owner of the address gets an account of their
own.
"""

import logging
import secrets
from typing import Any, NoReturn

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.google import provider
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.forms import clean_person_name
from accounts.models import User
from accounts.sign_in import has_proven_address, leave_behind, may_be_prepared, prove_address, why_outside
from accounts.site import google_offered, site_of

logger = logging.getLogger(__name__)


class GoogleAdapter(GoogleOAuth2Adapter):  # type: ignore[misc]  # allauth carries no types
    """Checks the identity token in full: issuer, audience, expiry as allauth does, and the nonce of this very try."""

    nonce = ""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.authorize_url = settings.GOOGLE_ADDRESSES["AUTHORIZE_URL"]
        self.access_token_url = settings.GOOGLE_ADDRESSES["TOKEN_URL"]

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Under SITE_URL, as it is registered at Google, whatever host the request names."""
        return f"{settings.SITE_URL}{reverse('google_callback')}"

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **facts: Any) -> SocialLogin:
        """Without an identity token there would be no issuer, audience or nonce to check."""
        if not facts["response"].get("id_token"):
            raise OAuth2Error("no identity token")
        return super().complete_login(request, app, token, **facts)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The claims of a token that came straight from the token address over TLS, which stands for its signature."""
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=settings.GOOGLE_ADDRESSES["CERTS_URL"],
            issuer=settings.GOOGLE_ADDRESSES["ISSUER"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_pem_x509_certificate,
            verify_signature=not self.did_fetch_access_token,
        )
        if not self.nonce or not secrets.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("wrong nonce")
        return claims


class GoogleProvider(provider.GoogleProvider):  # type: ignore[misc]  # allauth carries no types
    """Takes nothing from the address bar that we did not put there, and ties each answer to its question."""

    oauth2_adapter_class = GoogleAdapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        return {"prompt": "select_account"}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        scope: list[str] = self.get_scope()
        return scope

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        facts["process"] = AuthProcess.CONNECT if facts["process"] == AuthProcess.CONNECT else AuthProcess.LOGIN
        return facts

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, **facts: Any) -> Any:
        nonce = secrets.token_urlsafe(24)
        facts["auth_params"] = {**(facts.get("auth_params") or {}), "nonce": nonce}
        return super().redirect(request, process, next_url, nonce=nonce, **facts)

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"email": data.get("email"), "name": data.get("name") or data.get("given_name")}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The one address of the identity, verified only where Google says the very word true."""
        if not data.get("email"):
            return []
        return [EmailAddress(email=data["email"], verified=data.get("email_verified") is True, primary=True)]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep of the identity what the account page shows."""
        return {"email": data.get("email", "")}


class GoogleCallback(OAuth2CallbackView):  # type: ignore[misc]  # allauth carries no types
    """Hands the nonce, which was kept in the session beside the state, to the check of the token."""

    def _get_state(self, request: HttpRequest, provider: GoogleProvider) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Whose account a Google address opens, and who may get a new one."""

    error_messages = DefaultSocialAccountAdapter.error_messages

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Credentials come from the environment alone."""
        if (
            not google_offered()
            or provider not in (None, "google")
            or client_id not in (None, settings.GOOGLE_CLIENT_ID)
        ):
            return []
        return [SocialApp(provider="google", client_id=settings.GOOGLE_CLIENT_ID, secret=settings.GOOGLE_CLIENT_SECRET)]

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Asked when this Google account is new here: an account without one is joined to it."""
        email = _verified_email(sociallogin)
        if not email:
            return None
        user = _holder(email)
        return (user, email) if user and not _opened_by_google(user) else None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse what must not go on; an address of this account that Google has verified is proven from now on."""
        email = _verified_email(sociallogin)
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            user = request.user
            if user.is_authenticated and email != user.email and not has_proven_address(user):
                _refuse(request, _("Show first that your own address is yours: open the link we mailed to it."))
        elif sociallogin.is_existing:
            user = sociallogin.user
            if not user.is_active:
                raise ImmediateHttpResponse(get_account_adapter(request).respond_user_inactive(request, user))
            if why := why_outside(user, site_of(request)):
                _refuse(request, why, state=sociallogin.state)
        elif not email:
            words = _("Google has not verified the address of that account. Verify it there, then try again.")
            _refuse(request, words, state=sociallogin.state)
        elif _opened_by_google(_holder(email)):
            # Addresses are given to new people; what tells people apart at Google is not the address.
            words = _("Another Google account opens the account with this address. Come in another way to change that.")
            _refuse(request, words, state=sociallogin.state)
        else:
            return
        if user.is_authenticated and email == user.email:
            prove_address(request, user)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return site_of(request).admits(_verified_email(sociallogin), staff=False)

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Asked right before allauth looks whether the address is free: who has not proven it must not keep it."""
        release_address(_verified_email(sociallogin))
        return True

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Two first sign-ins at once make one account; the other one is asked to try again, and then finds it."""
        try:
            with transaction.atomic():
                user: User = super().save_user(request, sociallogin, form)
        except IntegrityError:
            _refuse(request, _("Google could not sign you in just now. Try again, or use another way."))
        return user

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = sociallogin.user
        user.email = str(data.get("email") or "").casefold()
        user.name = _name_of(str(data.get("name") or ""), user.email)
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("account_profile")

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Back to where one came from, with a sentence; what exactly was wrong is for the log."""
        if error == AuthError.CANCELLED:
            _refuse(request, _("You did not go on with Google."), state=(extra_context or {}).get("state"))
        logger.warning("sign-in with Google failed: %s", exception or error)
        words = _("Google could not sign you in just now. Try again, or use another way.")
        _refuse(request, words, state=(extra_context or {}).get("state"))


@transaction.atomic
def release_address(email: str) -> None:
    """Take an address from accounts that typed it and never proved it; an account that has no other is switched off."""
    EmailAddress.objects.filter(email=email, verified=False).delete()
    for user in User.objects.select_for_update().filter(email=email.casefold()):
        if not may_be_prepared(user):
            continue
        user.email = f"released-{user.pk}@accounts.invalid"
        user.is_active = False
        user.save()
        leave_behind(user)
        logger.warning("account %s lost an address it had not proven to the owner of the address", user.pk)


def _holder(email: str) -> User | None:
    """The account that has proven the address, else the one an admin vouches for; never a stranger's sign-up."""
    proven = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    if proven:
        return proven.user  # type: ignore[no-any-return]  # allauth carries no types
    user = User.objects.filter(email=email.casefold()).first()
    return user if user and user.is_vouched_for else None


def _opened_by_google(user: User | None) -> bool:
    return bool(SocialAccount.objects.filter(user=user, provider="google").exists())


def _verified_email(sociallogin: SocialLogin) -> str:
    return next((str(address.email) for address in sociallogin.email_addresses if address.verified), "")


def _name_of(name: str, email: str) -> str:
    """The name Google gives, or what stands before the @ where it gives none that one can read."""
    try:
        return clean_person_name(name)[:120]
    except ValidationError:
        return email.partition("@")[0][:120]


def _refuse(request: HttpRequest, words: str, *, state: dict[str, Any] | None = None) -> NoReturn:
    """End the try with a sentence on the page it came from; the way on after signing in is kept."""
    messages.error(request, words)
    back = (state or {}).get("next")
    page = reverse("account_profile" if request.user.is_authenticated else "account_login")
    raise ImmediateHttpResponse(HttpResponseRedirect(f"{page}?{urlencode({'next': back})}" if back else page))
