"""Django admin as an admin's house: what waits comes first, and what means nothing here is left out."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# Rights follow from the role alone, and addresses are verified by their owners, not by hand.
LEFT_OUT = {"auth.Group", "account.EmailAddress"}
FIRST = ("tickets", "notifications", "accounts", "kpi")


class KpiAdminSite(AdminSite):
    site_header = _("KPI Web")
    site_title = _("KPI Web admin")
    index_title = _("Admin")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models: Iterable[type[Model]] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        )
        wanted = [model for model in models if model._meta.label not in LEFT_OUT]
        super().register(wanted, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Tickets first and among them the pending ones, with their number; the rest by name."""
        apps = super().get_app_list(request, app_label)
        apps.sort(key=lambda app: FIRST.index(app["app_label"]) if app["app_label"] in FIRST else len(FIRST))
        for app in apps:
            app["models"].sort(key=lambda model: model["object_name"] != "PendingTicket")
            for model in app["models"]:
                if model["object_name"] == "PendingTicket":
                    model["name"] = _("%(name)s (%(n)s)") % {"name": model["name"], "n": model["model"].objects.count()}
        return apps


class KpiAdminConfig(AdminConfig):
    default_site = "kpiweb.admin_site.KpiAdminSite"
