"""What the account pages have in common."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.site import google_offered, google_origin, passwords_allowed, site_of


class RefusesMixin:
    """A refused form is 422 everywhere in the product."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # a mixin for form views
        if response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


class WaysInMixin:
    """Tells a page which ways in there are, and lets the form of the Google button end where it must."""

    request: HttpRequest

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)  # type: ignore[misc]  # a mixin for template views
        site = site_of(self.request)
        ways = {"google": google_offered(), "passwords": passwords_allowed(site), "codes": site.login_codes}
        return context | ways

    def render_to_response(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(*args, **kwargs)  # type: ignore[misc]  # as above
        if google_offered():
            response._csp_update = {"form-action": [google_origin()]}  # type: ignore[attr-defined]  # for django-csp
        return response


class PasswordsOnlyMixin:
    """A page about passwords leads to the sign-in page while the site has none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not passwords_allowed(site_of(request)):
            return HttpResponseRedirect(reverse("account_login"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # for views
        return answer
