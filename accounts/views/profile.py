"""The account page and what hangs on it: the address, the password, Google."""

from typing import Any

from allauth.account import views
from allauth.mfa.models import Authenticator
from allauth.socialaccount.internal.flows.connect import disconnect
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import UpdateView

from accounts.language import remember
from accounts.models import User
from accounts.profile import ProfileForm
from accounts.second_step import is_asked_of
from accounts.sign_in import has_proven_address
from accounts.site import passwords_allowed, site_of
from accounts.views.shared import PasswordsOnlyMixin, RefusesMixin, WaysInMixin


class Profile(LoginRequiredMixin, WaysInMixin, RefusesMixin, UpdateView):
    """Who one is here, and how one signs in."""

    form_class = ProfileForm
    template_name = "account/profile.html"
    context_object_name = "person"  # "user" is who looks at the page, also in its head
    success_url = reverse_lazy("account_profile")

    def get_object(self, queryset: Any = None) -> User:
        """A copy of the person who asks: a refused form must not change the name in the head of the page."""
        return User.objects.get(pk=self.request.user.pk or 0)

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        user = self.object
        kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        return super().get_context_data(**facts) | {
            "nav": "account",
            "address_verified": has_proven_address(user),
            "google_account": SocialAccount.objects.filter(user=user, provider="google").first(),
            "second_step": Authenticator.Type.TOTP in kinds,
            "second_step_asked": is_asked_of(user, site_of(self.request)),
            "has_password": user.has_usable_password(),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        messages.success(self.request, _("Your changes are kept."))
        remember(answer, form.instance)
        return answer


class Address(views.EmailView):  # type: ignore[misc]  # allauth carries no types
    """The one address of an account and whether it is verified; all one can do is ask for the mail again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "action_send" not in request.POST or {"action_add", "action_remove", "action_primary"} & set(request.POST):
            return HttpResponseRedirect(self.success_url)
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer


class PasswordChange(PasswordsOnlyMixin, RefusesMixin, views.PasswordChangeView):  # type: ignore[misc]  # as above
    """An account without a password gets its first one as a forgotten one: by a link to its address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return HttpResponseRedirect(reverse("account_reset_password"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


@require_POST
@login_required
def remove_google(request: HttpRequest) -> HttpResponse:
    """Part from Google, unless it is the only way in."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - signed in
    site = site_of(request)
    account = SocialAccount.objects.filter(user=user, provider="google").first()
    if account and not site.login_codes and not (user.has_usable_password() and passwords_allowed(site)):
        messages.error(request, _("Choose a password first, or you could not sign in any more."))
    elif account:
        disconnect(request, account)
    return HttpResponseRedirect(reverse("account_profile"))
