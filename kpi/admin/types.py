"""Groups, types, and the units whose uptime is reported, in Django admin."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kpi import cells, trials, types
from kpi.admin import cloning
from kpi.admin.trying import TrialForm
from kpi.admin.versions import SHOWN, lines_of
from kpi.engine.rules import RULES
from kpi.models import KpiGroup, KpiType, TypeVersion, UptimeUnit


@admin.register(KpiGroup)
class KpiGroupAdmin(admin.ModelAdmin):
    list_display = ("name", "contributes_to_uptime", "position")
    search_fields = ("name",)


class TypeList(ChangeList):
    """With the versions, which say what each type means today."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[KpiType]:
        return super().get_queryset(request, exclude_parameters).prefetch_related("versions__group")


@admin.register(KpiType)
class KpiTypeAdmin(admin.ModelAdmin):
    """The page of a type: its rule, its versions by date, and a box to try figures with the one in force."""

    change_form_template = "admin/kpi/kpitype/change_form.html"
    fields = ("name", "code", "rule")
    list_display = ("name", "rule", "group_now", "since", "code")
    list_filter = ("rule",)
    search_fields = ("name", "code")
    prepopulated_fields = {"code": ("name",)}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TypeList]:
        return TypeList

    @admin.display(description=_("group"))
    def group_now(self, type_: KpiType) -> str:
        """The group it is in today."""
        now = types.valid(type_.versions.all(), on=timezone.localdate())
        return str(now.group) if now else _now("no version yet")

    @admin.display(description=_("version in force since"))
    def since(self, type_: KpiType) -> date | None:
        now = types.valid(type_.versions.all(), on=timezone.localdate())
        return now.valid_from if now else None

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:pk>/try/", self.admin_site.admin_view(self.try_it), name="kpi_kpitype_try"),
            path("<int:pk>/clone/", self.admin_site.admin_view(self.clone), name="kpi_kpitype_clone"),
        ]
        return [*own, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The rule of a type never changes: its versions are made for it."""
        return ("rule",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """A code in use stands in addresses, so it does not follow a new name."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        type_, wrong = kwargs.get("obj"), False
        if type_ is not None:
            today, versions = timezone.localdate(), list(type_.versions.select_related("group").order_by("-valid_from"))
            rule = RULES[type_.rule]
            context |= {"rule": rule, "measures": _now(rule.about.measures)}
            context |= {"lines": lines_of(type_, versions[:SHOWN], today=today), "more": len(versions) > SHOWN}
            context |= tried_in_force(type_, versions, request.GET, today=today)
            wrong = context.get("was_tried", False) and context["tried"] is None
        answer = super().render_change_form(request, context, *args, **kwargs)
        answer.status_code = 422 if wrong else answer.status_code
        return answer

    def response_add(self, request: HttpRequest, obj: KpiType, post_url_continue: str | None = None) -> HttpResponse:
        """A type means nothing before its first version, so that comes next."""
        answer = super().response_add(request, obj, post_url_continue)
        if {"_continue", "_addanother", "_popup"} & request.POST.keys():
            return answer
        messages.info(request, _now("Now say what it means: its group, its targets, and from when on."))
        return HttpResponseRedirect(f"{reverse('admin:kpi_typeversion_add')}?{urlencode({'type': obj.pk})}")

    @method_decorator(require_safe)
    def try_it(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What follows the typing: the score alone."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        type_ = get_object_or_404(KpiType, pk=pk)
        versions = list(type_.versions.select_related("group"))
        context = tried_in_force(type_, versions, request.GET, today=timezone.localdate())
        return render(request, "admin/kpi/_try_answer.html", context | {"live": True})

    def clone(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Another type like this one."""
        return cloning.clone(request, self, pk)


def tried_in_force(type_: KpiType, versions: list[TypeVersion], data: Any, *, today: date) -> dict[str, Any]:
    """The box of a type and what it says by the version of the date of the work; nothing without any version."""
    now = types.valid(versions, on=today)
    if now is None:
        return {}
    box = TrialForm(data, rule=RULES[type_.rule], parameters=now.parameters, today=today)
    found: dict[str, Any] = {"box": box, "was_tried": box.is_bound, "tried": None}
    if box.is_bound and box.is_valid():
        version = types.valid(versions, on=box.day) or now
        found |= {"version": version, "tried": trials.tried(box.trial(version.parameters, version.pass_mark))}
    return found


@admin.register(UptimeUnit)
class UptimeUnitAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "department", "active_from", "active_until")
    list_filter = ("department__country",)
    list_select_related = ("department__country",)
    search_fields = ("name", "code", "department__name")
    autocomplete_fields = ("department",)
    prepopulated_fields = {"code": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What was reported of a unit stays with the department it was reported in."""
        return ("department",) if obj is not None and obj.items.exists() else ()

    def save_model(self, request: HttpRequest, obj: UptimeUnit, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        cells.recount(obj)
