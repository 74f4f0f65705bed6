"""The pages of two-step sign-in: allauth's views in our look."""

from http import HTTPStatus
from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy

from accounts.sealing import Unreadable
from accounts.second_step import DUE, KEY_LOST, WAY_ON, qr_path
from accounts.views.shared import RefusesMixin


def overview(request: HttpRequest) -> HttpResponse:
    """The account page says how one signs in."""
    return HttpResponseRedirect(reverse("account_profile"))


class EnterCode(base.AuthenticateView):  # type: ignore[misc]  # allauth carries no types
    """The second step of signing in."""

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer


class CodeAgain(RefusesMixin, base.ReauthenticateView):  # type: ignore[misc]  # allauth carries no types
    pass


class TurnOn(RefusesMixin, totp.ActivateTOTPView):  # type: ignore[misc]  # allauth carries no types
    """The key as a picture and in letters, and the first code from the phone."""

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)
        path, width = qr_path(context["totp_url"])
        secret = context["form"].secret
        in_fours = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return context | {"qr_path": path, "qr_width": width, "key": in_fours, "due": DUE in self.request.session}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        self.request.session.pop(DUE, None)
        return answer


class TurnOff(RefusesMixin, totp.DeactivateTOTPView):  # type: ignore[misc]  # allauth carries no types
    success_url = reverse_lazy("account_profile")


class ReadableMixin:
    """Codes whose seed was sealed with a key that is gone lead back to the account page with a sentence."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # for views
        except Unreadable:
            messages.error(request, KEY_LOST)
            return HttpResponseRedirect(reverse("account_profile"))
        return answer


class RecoveryCodes(ReadableMixin, codes.ViewRecoveryCodesView):  # type: ignore[misc]  # allauth carries no types
    """The codes, and the way on: to the page somebody wanted when they were led to set the second step up."""

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)
        return context | {"way_on": self.request.session.get(WAY_ON, reverse("account_profile"))}


class NewRecoveryCodes(ReadableMixin, RefusesMixin, codes.GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth carries no types
    pass


class RecoveryCodesFile(ReadableMixin, codes.DownloadRecoveryCodesView):  # type: ignore[misc]  # allauth carries no types
    pass
