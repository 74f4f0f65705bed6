"""The account pages: allauth's views, of which we serve only these, with a refused form answered by 422."""

from http import HTTPStatus
from typing import Any

from allauth.account import views
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse


class RefusesMixin:
    """A refused form is 422 everywhere in the product."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # a mixin for form views
        if response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


class SignIn(RefusesMixin, views.LoginView):  # type: ignore[misc]  # allauth carries no types
    pass


class SignUp(RefusesMixin, views.SignupView):  # type: ignore[misc]  # allauth carries no types
    pass


class PasswordChange(RefusesMixin, views.PasswordChangeView):  # type: ignore[misc]  # allauth carries no types
    """An account without a password gets its first one as a forgotten one: by a link to its address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return HttpResponseRedirect(reverse("account_reset_password"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class ForgottenPassword(RefusesMixin, views.PasswordResetView):  # type: ignore[misc]  # allauth carries no types
    pass


class NewPassword(RefusesMixin, views.PasswordResetFromKeyView):  # type: ignore[misc]  # allauth carries no types
    pass


class Address(views.EmailView):  # type: ignore[misc]  # allauth carries no types
    """The one address of an account and whether it is verified; all one can do is ask for the mail again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "action_send" not in request.POST or {"action_add", "action_remove", "action_primary"} & set(request.POST):
            return HttpResponseRedirect(self.success_url)
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer
