"""The pages of two-step sign-in: allauth's views in our look."""

from http import HTTPStatus
from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy

from accounts.second_step import DUE, WAY_ON, qr_path
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


class RecoveryCodes(codes.ViewRecoveryCodesView):  # type: ignore[misc]  # allauth carries no types
    """The codes, and the way on: to the page somebody wanted when they were led to set the second step up."""

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)
        return context | {"way_on": self.request.session.get(WAY_ON, reverse("account_profile"))}


class NewRecoveryCodes(RefusesMixin, codes.GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth carries no types
    pass


class RecoveryCodesFile(codes.DownloadRecoveryCodesView):  # type: ignore[misc]  # allauth carries no types
    pass
