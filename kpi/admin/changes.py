"""Changes of the past in Django admin: the list is their history, the page of one its preview and its decision."""

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kpi import changes, plans
from kpi.admin.ledger import ReadOnlyAdmin
from kpi.models import Change, KpiItem
from kpi.outlook import Shift
from kpi.plan_words import told
from kpi.tasks import start

SHOWN = 50
PRINT = 32
State = Change.State


class DecisionForm(forms.Form):
    """Why, and from when on."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        strip=True,
        error_messages={"required": _("Enter the reason; it stays in the history.")},
        widget=forms.TextInput({"size": 60}),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_confirmed(self) -> str:
        """Items are named by a print of 32 letters; anything else names none, so they are asked about again."""
        named: str = self.cleaned_data["confirmed"]
        return named if len(named) == PRINT else ""


class FromForm(forms.Form):
    """A date before which everything stays as it is."""

    since = forms.DateField(
        label=_("Only from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the first date for which the change shall hold."),
            "invalid": _("Enter a real date."),
        },
    )

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if not date(1970, 1, 1) <= since <= date(2200, 1, 1):
            raise forms.ValidationError(_now("Enter a real date."))
        return since


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("title", "state", "at", "by", "moved", "reason", "decided_by", "decided_at")
    list_display_links = ("title",)
    list_filter = ("state",)
    list_select_related = ("by", "decided_by")
    search_fields = ("title", "reason")
    date_hierarchy = "at"

    @admin.display(description=_("items that move"))
    def moved(self, change: Change) -> Any:
        return change.summary.get("moved", "–")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one change. Only admins decide; management reads."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        known = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        change = get_object_or_404(Change.objects.select_related("by", "decided_by"), pk=object_id if known else 0)
        decision, since = DecisionForm(initial={"confirmed": change.summary.get("confirm", "")}), FromForm()
        if request.method == "POST":
            if not cast(User, request.user).is_admin:
                raise PermissionDenied
            decision, since = _forms(request)
            sent = next((form for form in (decision, since) if form.is_bound), None)
            if sent.is_valid() if sent else {"all", "cancel"} & request.POST.keys():
                self._do(request, change, decision, since)
                return redirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            **_facts(change),
            **_items(request, change),
            "title": change.title,
            "opts": self.opts,
            "decision": decision,
            "since": since,
            "may_decide": cast(User, request.user).is_admin,
        }
        refused = decision.errors or since.errors
        return render(request, "admin/kpi/change.html", context, status=422 if refused else 200)

    def _do(self, request: HttpRequest, change: Change, decision: DecisionForm, since: FromForm) -> None:
        now, actor = timezone.now().replace(microsecond=0), cast(User, request.user)
        try:
            if decision.is_bound:
                typed = decision.cleaned_data
                start(changes.decide(change.pk, reason=typed["reason"], by=actor, at=now, confirmed=typed["confirmed"]))
            elif "cancel" in request.POST:
                changes.cancel(change.pk, by=actor, at=now)
            else:
                start(changes.hold_from(change.pk, since.cleaned_data["since"] if since.is_bound else None))
        except changes.NotNow as refused:
            messages.error(request, refused.sentence)


def _forms(request: HttpRequest) -> tuple[DecisionForm, FromForm]:
    """The form that was sent, bound; `all` and `cancel` have nothing to fill in."""
    return (
        DecisionForm(request.POST) if "apply" in request.POST else DecisionForm(),
        FromForm(request.POST) if "narrow" in request.POST else FromForm(),
    )


def _facts(change: Change) -> dict[str, Any]:
    """What the change is and what it comes to."""
    summary = change.summary
    shifts = [Shift.from_json(one) for one in summary.get("shifts", [])]
    named = KpiItem.objects.filter(pk__in=summary.get("changed", [])).select_related("type", "department", "owner")
    return {
        "change": change,
        "told": told(plans.read(change.plan)),
        "summary": summary,
        "places": [shift for shift in shifts if shift.level != "type"][:SHOWN],
        "types": [shift for shift in shifts if shift.level == "type"][:SHOWN],
        "changed": named.order_by("pk") if "changed" in summary else [],
        "undecided": change.state in changes.UNDECIDED,
    }


def _items(request: HttpRequest, change: Change) -> dict[str, Any]:
    """The items that move, page by page."""
    rows = change.items.filter(moves=True).select_related("item__type", "item__department", "item__owner")
    page = Paginator(rows.order_by("-item__date", "-item"), SHOWN).get_page(request.GET.get("page"))
    return {"page": page}
