"""The rules in Django admin, to read: what each measures, what is set for it, how points come about, who uses it.

Everything is made from what a rule declares; its example is scored by the rule itself while the page is made.
"""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import rule_words, trials, types
from kpi.engine import rollup
from kpi.engine.rules import RULES
from kpi.engine.score import display
from kpi.models import KpiType
from kpi.plan_words import parameters_in_words


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All rules with the number of types that use each."""
    used = Counter(_types(request).values_list("rule", flat=True))
    names = dict(KpiType.Rule.choices)
    rows = [(rule, names[rule.code], _(rule.about.measures), used[rule.code]) for rule in RULES.values()]
    return render(request, "admin/kpi/rules.html", _context(request, _("Rules")) | {"rows": rows})


@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One rule."""
    types_, rule = _types(request), RULES.get(code)
    if rule is None:
        raise Http404
    about, today = rule.about, timezone.localdate()
    found = types_.filter(rule=code).prefetch_related("versions__group")
    context = _context(request, str(KpiType.Rule(code).label)) | {
        "rule": rule,
        "measures": _(about.measures),
        "points": _(about.points),
        "passed": _(about.passed),
        "subject": getattr(rule, "subject", ""),
        "metrics": rule_words.metric_rows(rule),
        "parameters": rule_words.parameter_rows(rule),
        "has_weights": rule_words.weights_of(rule),
        "set": parameters_in_words(code, about.parameters),
        "said": rule_words.metrics_in_words(rule, about.metrics),
        "tried": trials.tried(trials.example(rule)),
        "example_day": trials.EXAMPLE_DAY,
        "green": display(rollup.GREEN),
        "yellow": display(rollup.YELLOW),
        "used_by": [(type_, types.valid(type_.versions.all(), on=today)) for type_ in found],
    }
    return render(request, "admin/kpi/rule.html", context)


def _types(request: HttpRequest) -> Any:
    """The types, for who may see types."""
    if not request.user.has_perm("kpi.view_kpitype"):
        raise PermissionDenied
    return KpiType.objects.all()


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, "opts": KpiType._meta}


PAGES = (("", listed, "kpi_rules"), ("<slug:code>/", one, "kpi_rule"))
