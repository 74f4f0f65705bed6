"""Coming in: with a password, with a mailed code, with Google; and showing that an address is one's own."""

from http import HTTPStatus
from typing import Any

from allauth.account import views
from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import EmailVerificationStage, LoginByCodeStage, LoginStageController
from allauth.socialaccount.providers.oauth2.views import OAuth2LoginView
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import PasswordAgainForm
from accounts.google import GoogleAdapter, GoogleCallback
from accounts.sign_in import leave_behind, may_be_prepared, prove_address
from accounts.site import google_offered, passwords_allowed, site_of
from accounts.views.shared import PasswordsOnlyMixin, RefusesMixin, WaysInMixin


class SignIn(WaysInMixin, RefusesMixin, views.LoginView):  # type: ignore[misc]  # allauth carries no types
    """Google first, then what else the site allows."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not passwords_allowed(site_of(request)):
            raise PermissionDenied
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer


class SignUp(WaysInMixin, RefusesMixin, views.SignupView):  # type: ignore[misc]  # allauth carries no types
    pass


class ForgottenPassword(PasswordsOnlyMixin, RefusesMixin, views.PasswordResetView):  # type: ignore[misc]  # as above
    pass


class NewPassword(PasswordsOnlyMixin, RefusesMixin, views.PasswordResetFromKeyView):  # type: ignore[misc]  # as above
    """The link was mailed to the account's address, so whoever uses it has shown that the address is theirs."""

    def form_valid(self, form: Any) -> HttpResponse:
        if may_be_prepared(self.reset_user):
            leave_behind(self.reset_user)
        answer: HttpResponse = super().form_valid(form)
        prove_address(self.request, self.reset_user)
        return answer


class ConfirmAddress(views.ConfirmEmailView):  # type: ignore[misc]  # allauth carries no types
    """The link shows that the mailbox is one's own; that the account is too shows this browser or its password.

    Otherwise whoever typed a stranger's address would have their account proven by the stranger's click.
    """

    refused: PasswordAgainForm | None = None

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        form = self._form(self.request.POST)
        if form is not None and not form.is_valid():
            self.refused = form
            page: HttpResponse = self.render_to_response(self.get_context_data())
            page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
            return page
        answer: HttpResponse = super().post(*args, **kwargs)
        return answer

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)
        return context | {"form": self.refused or (self._form() if self.object else None)}

    def _form(self, data: Any = None) -> PasswordAgainForm | None:
        """Asks for the account's password where nothing else shows whose account it is."""
        owner = self.object.email_address.user
        stage = LoginStageController.enter(self.request, EmailVerificationStage.key)
        here = {self.request.user.pk, stage.login.user.pk if stage and stage.login.user else None}
        if owner.pk in here or not owner.has_usable_password():
            return None
        return PasswordAgainForm(data, user=owner)


class AskCode(WaysInMixin, RefusesMixin, views.RequestLoginCodeView):  # type: ignore[misc]  # allauth carries no types
    """A code by mail, where the site offers it; an address without an account looks just the same."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not site_of(request).login_codes:
            return HttpResponseRedirect(reverse("account_login"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


@method_decorator(login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login"), name="dispatch")
class EnterCode(RefusesMixin, views.ConfirmLoginCodeView):  # type: ignore[misc]  # allauth carries no types
    """The code proves the mailbox, as long as it is the account's.

    What somebody chose before that was proven ends here, with its sessions.
    """

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        user = self._process.user
        if self._process.state["email"].casefold() != user.email:
            words = _("This code went to an address that the account no longer has. Ask for a new one")
            form.add_error("code", words)
            return super().form_invalid(form)
        if may_be_prepared(user):
            if user.has_usable_password():
                words = _(
                    "This account had a password before anybody showed that its address is theirs. It is gone now."
                )
                messages.warning(self.request, words)
            leave_behind(user)
        answer: HttpResponse = super()._verify_form_valid(form)
        return answer


class PasswordAgain(RefusesMixin, views.ReauthenticateView):  # type: ignore[misc]  # allauth carries no types
    pass


class _Google(GoogleAdapter):
    """Nothing of Google is here unless an operator set it up."""

    def __init__(self, request: HttpRequest) -> None:
        if not google_offered():
            raise Http404
        super().__init__(request)


_leave_for_google = OAuth2LoginView.adapter_view(_Google)
google_callback = require_http_methods(["GET"])(GoogleCallback.adapter_view(_Google))


def google_login(request: HttpRequest) -> HttpResponseBase:
    """The Google button; opened as a page it leads to where the button is."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("account_login"))
    answer: HttpResponseBase = _leave_for_google(request)
    return answer
