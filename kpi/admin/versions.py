"""Versions of types in Django admin: typed fields of the rule's parameters, prefilled, and tried before saving."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.key_select import is_key, named_select
from kpi import months, trials, types
from kpi.admin.past import ChangesThePast
from kpi.admin.trying import TrialForm
from kpi.engine.rules import RULES
from kpi.engine.rules.base import Rule
from kpi.models import KpiItem, KpiType, TypeVersion
from kpi.parameter_forms import Group, ParameterFields, possible_owners
from kpi.plan_words import parameter_words, parameters_in_words, people_of

COLUMNS = ("type", "valid_from", "group", "weight", "pass_mark")
TRY = "_try"  # the button that tries what is typed instead of saving it
SHOWN = 20


class TypeVersionForm(ParameterFields, forms.ModelForm):
    """A version with the parameters of its type's rule as typed fields; a new one asks for the type first.

    A form that is tried is never valid, so it cannot be saved; only its parameters are judged.
    """

    also_seen = ("parameters",)
    person_select = staticmethod(partial(named_select, KpiItem._meta.get_field("owner"), staff=1))

    class Meta:
        model = TypeVersion
        fields = COLUMNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trying = TRY in self.data
        self.type = type_ = self._chosen()
        if type_ is None:
            return
        before = None if self.instance.pk else types.version_on(type_, on=timezone.localdate())
        stored = (before or self.instance).parameters or {}
        if self.instance.pk is None:
            self._prefill(before)
        rule = RULES[type_.rule]
        has_people = any(one.kind == "per_owner" for one in rule.parameters)
        self.add_parameters(rule, stored, possible_owners(stored, among=self._chosen_people()) if has_people else [])

    def _chosen(self) -> KpiType | None:
        wanted = self.data.get("type") or self.initial.get("type") or self.instance.type_id
        known = str(wanted or "")
        own: KpiType | None = self.instance.type if self.instance.type_id else None
        if own is not None and known in ("", str(own.pk)):
            return own
        return KpiType.objects.filter(pk=known).first() or own if is_key(known) else own

    def _chosen_people(self) -> list[str]:
        """What was sent for the people of the rows; nobody else is among the choices, which are looked up."""
        return [str(value) for name, value in self.data.items() if name.endswith(".owner")]

    def _prefill(self, before: TypeVersion | None) -> None:
        """From the next month on, as it is now; the first version of a type from this month on."""
        this_month = months.month_of(timezone.localdate())
        self.initial.setdefault("valid_from", months.step(this_month, 1) if before else this_month)
        if before is not None:
            for name in ("group", "weight", "pass_mark"):
                self.initial[name] = before.serializable_value(name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.trying:
            for name in COLUMNS:
                self.errors.pop(name, None)
        self.instance.parameters = self.read_parameters(cleaned)
        return cleaned

    def _post_clean(self) -> None:
        if not self.trying:
            super()._post_clean()  # type: ignore[misc]  # Django's own, which the stubs leave out

    def is_valid(self) -> bool:
        return super().is_valid() and not self.trying

    def tried(self, box: TrialForm) -> trials.Tried | None:
        """The score of what is typed in the box by the parameters typed here; None while one of them is wrong."""
        if self.errors or not box.is_valid():
            return None
        mark = self.cleaned_data.get("pass_mark")
        return trials.tried(box.trial(self.instance.parameters, trials.MARK if mark is None else mark))

    @property
    def faults(self) -> list[str]:
        """What keeps the parameters from being tried."""
        return [str(words) for found in self.errors.values() for words in found] if self.is_bound else []


def box_for(form: TypeVersionForm, data: Any) -> TrialForm | None:
    """The box that goes with a form; None while it has no rule yet."""
    if form.rule is None:
        return None
    parameters: Mapping[str, Any] = form.instance.parameters if form.is_bound and not form.errors else form.stored
    return TrialForm(data, rule=form.rule, parameters=parameters, today=timezone.localdate())


@admin.register(TypeVersion)
class TypeVersionAdmin(ChangesThePast):
    form = TypeVersionForm
    change_form_template = "admin/kpi/typeversion/change_form.html"
    list_display = COLUMNS
    list_filter = ("group",)
    list_select_related = ("type", "group")
    search_fields = ("type__name",)
    autocomplete_fields = ("type", "group")

    def get_urls(self) -> list[URLPattern]:
        own = path("try/", self.admin_site.admin_view(self.try_it), name="kpi_typeversion_try")
        return [own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """The type first, since its rule decides which fields there are."""
        chosen = request.POST.get("type", "")
        if chosen and "valid_from" not in request.POST and self.has_add_permission(request):
            return HttpResponseRedirect(f"{request.path}?{urlencode({'type': chosen})}")
        return super().add_view(request, form_url, extra_context)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The rule's fields are made by the form itself, so they are asked of one."""
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": (*COLUMNS, "in_words")})]
        data = request.POST if request.method == "POST" else None
        form = TypeVersionForm(data, instance=obj, initial={"type": request.GET.get("type")})
        if form.rule is None:
            return [(None, {"fields": ("type",), "description": _("Choose the type and save: its fields follow.")})]
        plain, *tables = form.parameter_groups()
        return [
            (None, {"fields": COLUMNS}),
            (_("Parameters of the rule"), {"fields": plain.names}),
            *((group.legend or None, {"fields": _rows(group), "description": group.help}) for group in tables),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("in_words",)

    @admin.display(description=_("parameters"))
    def in_words(self, version: TypeVersion) -> str:
        """The parameters for who may look and not edit."""
        return "; ".join(f"{label}: {value}" for label, value in parameter_words(version).items())

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django must not look for the rule's fields on the model."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": COLUMNS})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The box stands below the fields, and the rule is named above them."""
        form, obj = context["adminform"].form, kwargs.get("obj")
        type_, rule = _type_shown(form, obj)
        context |= {"type": type_, "rule": rule, "rule_name": KpiType.Rule(rule.code).label if rule else ""}
        may_type = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        box = box_for(form, request.POST or None) if may_type and isinstance(form, TypeVersionForm) else None
        if box is not None and not box.is_typed and not form.trying:
            box = box_for(form, None)  # who only saves has nothing to correct in a box that they left empty
        trying = box is not None and form.trying
        context |= {"box": box, "tried": form.tried(box) if trying else None, "was_tried": trying}
        if rule is None:  # its one field leads on to all others
            context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        answer = super().render_change_form(request, context, *args, **kwargs)
        answer.status_code = 422 if trying and context["tried"] is None else 200
        return answer

    def try_it(self, request: HttpRequest) -> HttpResponse:
        """What follows the typing: the score alone."""
        return _try_it(request, self)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._to_type(request, obj, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._to_type(request, obj, super().response_change(request, obj))

    def _to_type(self, request: HttpRequest, obj: TypeVersion, answer: HttpResponse) -> HttpResponse:
        """Saved and done, one is back on the page of the type, where the version stands among the others."""
        if self._of(request) or {"_continue", "_addanother", "_popup"} & request.POST.keys():
            return answer
        return HttpResponseRedirect(reverse("admin:kpi_kpitype_change", args=[obj.type_id]))


@require_POST
def _try_it(request: HttpRequest, admin_: TypeVersionAdmin) -> HttpResponse:
    if not admin_.has_add_permission(request):
        raise PermissionDenied
    data = request.POST.copy()
    data[TRY] = "1"
    form = TypeVersionForm(data)
    box = box_for(form, data)
    context = {"box": box, "tried": form.tried(box) if box else None, "faults": form.faults, "live": True}
    return render(request, "admin/kpi/_try_answer.html", context)


@dataclass(frozen=True)
class Line:
    """A version as the table on its type's page tells it. `state` is "now", "later" or "past"."""

    version: TypeVersion
    parameters: dict[str, str]
    state: str
    until: date | None


def lines_of(type_: KpiType, versions: list[TypeVersion], *, today: date) -> list[Line]:
    """The versions of a type, the newest first. One query where people have targets of their own."""
    names, now = people_of(versions), types.valid(versions, on=today)
    ends = [None, *(version.valid_from - timedelta(days=1) for version in versions)]
    return [
        Line(
            version,
            parameters_in_words(type_.rule, version.parameters, names),
            "now" if version == now else "later" if version.valid_from > today else "past",
            until,
        )
        for version, until in zip(versions, ends, strict=False)
    ]


def _rows(group: Group) -> list[Any]:
    """A row of a table stands in one line; the days of a week below each other."""
    return [tuple(group.names)] if group.names and not group.legend else list(group.names)


def _type_shown(form: Any, obj: TypeVersion | None) -> tuple[KpiType | None, Rule | None]:
    """The type that a form is about, and its rule."""
    type_ = obj.type if obj is not None else form.type if isinstance(form, TypeVersionForm) else None
    return type_, RULES[type_.rule] if type_ is not None else None
