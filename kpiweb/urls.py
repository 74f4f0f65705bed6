"""Every address of the product, one line per app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from kpiweb import health
from kpiweb.front import front
from kpiweb.help import views as help_views

# The admin signs in through the same door as everybody, with its throttles.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it

urlpatterns = [
    path("", front, name="front"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("help/", help_views.index, name="help"),
    path("help/<str:role>/", help_views.one, name="help_guide"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("kpi.urls")),
    path("", include("tickets.urls")),
    path("", include("intake.urls")),
]

handler400 = "kpiweb.ui.errors.bad_request"
handler403 = "kpiweb.ui.errors.forbidden"
handler404 = "kpiweb.ui.errors.not_found"
handler429 = "kpiweb.ui.errors.too_many"  # allauth's throttles ask for it
handler500 = "kpiweb.ui.errors.server_error"
