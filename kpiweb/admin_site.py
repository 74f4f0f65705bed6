"""Django admin as an admin's house: what waits comes first, and what means nothing here is left out."""

from collections.abc import Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kpiweb import admin_sections
from kpiweb.admin_filters import UNANSWERABLE, unfiltered

if TYPE_CHECKING:
    from accounts.models import User


# Rights follow from the role alone; addresses, second steps and Google are their owners' business, not done by hand.
LEFT_OUT = {
    "auth.Group",
    "account.EmailAddress",
    "auditlog.LogEntry",
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
    "socialaccount.SocialApp",
    "socialaccount.SocialToken",
}


class LookUp(AutocompleteJsonView):
    """What a select finds; an admin class with `told_apart` says more of a row than its name."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        words = getattr(self.model_admin, "told_apart", str)
        return {**super().serialize_result(obj, to_field_name), "text": words(obj)}


class KpiAdminSite(AdminSite):
    site_header = _("KPI Web")
    site_title = _("KPI Web admin")
    index_title = _("Admin")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models: Iterable[type[Model]] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        )
        wanted = [model for model in models if model._meta.label not in LEFT_OUT]
        from kpiweb import model_admin  # its models are not loaded yet when this module is

        super().register(wanted, model_admin.of_the_house(admin_class or ModelAdmin), **options)
        self._actions["delete_selected"] = model_admin.delete_selected

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django does it; a filter in the address that no database can answer leads to the unfiltered page.

        Such filters (a year of 99999, a department "abc") fail only while the page is rendered, too late for Django's
        own check of look-ups.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response = inner(request, *args, **kwargs)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response
            except UNANSWERABLE:
                if request.method != "GET" or not request.GET:
                    raise
                return unfiltered(request)

        return guarded

    def get_urls(self) -> list[Any]:
        """The rules are read in the admin like models, though none is a row; no row has a page that Django knows of."""
        from kpi.admin import rules  # its models are not loaded yet when this module is

        own = [path(f"kpi/rules/{place}", self.admin_view(view), name=name) for place, view, name in rules.PAGES]
        stock = (one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site")
        return [*own, *stock]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast("HttpResponse", LookUp.as_view(admin_site=self)(request))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """One's own password is changed on the account's page, which asks for the old one and ends other sessions."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_profile"))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What waits comes before the sections."""
        from kpiweb.waiting import waiting  # its models are not loaded yet when this module is

        lines = waiting(cast("User", request.user), as_of=timezone.now())
        return super().index(request, {**(extra_context or {}), "waiting": lines})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The sections of the house, in the order in which they are needed; the models of one app by name."""
        apps: list[Any] = super().get_app_list(request, app_label)
        if app_label:
            return apps
        return admin_sections.arranged(apps, admin=cast("User", request.user).is_admin)


class KpiAdminConfig(AdminConfig):
    default_site = "kpiweb.admin_site.KpiAdminSite"
