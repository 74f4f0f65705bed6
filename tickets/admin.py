"""Tickets in Django admin: the pending ones first, with assigning and deleting; all others for looking and reassigning.

Every change goes through a verb, so the admin's house obeys the same rules as the ticket page.
"""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import bulk_form
from accounts.csv_export import CsvAdmin
from accounts.key_select import choose_agents, is_key
from accounts.models import Department, Role, User
from tickets import department_admin, event_words, links, queues
from tickets.bulk import ASSIGN, DELETE
from tickets.models import PendingTicket, Ticket, TicketEvent
from tickets.verbs import assign, delete
from tickets.verbs.running import Refused

__all__ = ["department_admin"]  # registers the department

LONGEST_LINE = 300
ASSIGNEE = Ticket._meta.get_field("assignee")
FACTS = (
    "reference",
    "kind",
    "department",
    "type",
    "status",
    "assignee",
    "requester_name",
    "requester_email",
    "submitter",
    "subject",
    "description",
    "priority",
    "ticket_date",
    "submitted_at",
    "assigned_at",
    "closed_at",
)


class AssignForm(forms.Form):
    """Whom to give the tickets to; only active agents of their department are offered."""

    to = forms.ModelChoiceField(
        label=_("Assign to"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose who gets the tickets."),
            "invalid_choice": _("Choose an active agent of this department."),
        },
    )
    notify = forms.BooleanField(label=_("Send the mail “Ticket assigned”"), required=False, initial=True)

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = User.objects.filter(department=department, role=Role.AGENT, is_active=True)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = agents
        choose_agents(self.fields["to"], department.pk, ASSIGNEE, forms.Select())


class TicketForm(forms.ModelForm):
    """The only thing an admin changes here is who handles the ticket; everything else is on its page."""

    assign_to = forms.ModelChoiceField(
        label=_("Assign to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Leave it as it is"),
        error_messages={"invalid_choice": _("Choose an active agent of this department.")},
    )
    notify = forms.BooleanField(label=_("Send the mail “Ticket assigned”"), required=False, initial=True)

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("assign_to")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = User.objects.filter(
                department=self.instance.department_id, role=Role.AGENT, is_active=True
            )
            choose_agents(field, self.instance.department_id, ASSIGNEE, forms.Select())
            self.initial["assign_to"] = self.instance.assignee_id


class PendingTicketForm(TicketForm):
    """Saving it without a person would change nothing, so it asks for one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("assign_to")
        if isinstance(field, forms.ModelChoiceField):
            field.required, field.empty_label = True, _("Choose a person")
            field.error_messages["required"] = _("Choose who gets the ticket.")


class FoundByNumber(admin.ModelAdmin):
    """Looked up by the number of the ticket too, as customers read it out: KPI-1042, or 1042."""

    column_of_number = "pk"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        found, may_be_twice = super().get_search_results(request, queryset, search_term)
        number = queues.NUMBER.match(queues.plain(search_term))
        return (found | queryset.filter(**{self.column_of_number: number.group(1)}) if number else found), may_be_twice


@admin.register(Ticket)
class TicketAdmin(FoundByNumber):
    form = TicketForm
    list_display = ("number", "subject", "status", "department", "assignee", "submitted_at")
    list_filter: ClassVar[tuple[Any, ...]] = ("status", "kind", "department__country")
    list_select_related = ("department__country", "assignee", "type")
    search_fields = ("subject", "requester_email", "requester_name")
    search_help_text = _("Number, subject, name or email of the requester")
    date_hierarchy: ClassVar[str | None] = "submitted_at"
    ordering: ClassVar[tuple[str, ...]] = ("-submitted_at", "-id")
    readonly_fields = FACTS
    fields = ("assign_to", "notify", *FACTS)
    change_form_template = "admin/tickets/ticket/change_form.html"
    actions: Any = ("assign_selected",)

    @admin.display(description=_("number"), ordering="id")
    def number(self, ticket: Ticket) -> str:
        return links.number(ticket)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if self.has_change_permission(request, obj) else FACTS

    def save_model(self, request: HttpRequest, obj: Ticket, form: Any, change: bool) -> None:
        to = form.cleaned_data.get("assign_to")
        if to is not None:
            self._try(request, obj, lambda: self._assign(request, obj, to, form.cleaned_data["notify"]))

    @admin.action(description=_("Assign the selected tickets…"), permissions=["change"])
    def assign_selected(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> HttpResponse | None:
        """Ask for a person of their department, then assign one by one, with the reason for each that was refused."""
        departments = set(tickets.order_by().values_list("department", flat=True).distinct()[:2])
        if len(departments) != 1:
            self.message_user(request, _now("Select tickets of one department at a time."), messages.ERROR)
            return None
        department = Department.objects.get(pk=departments.pop())
        form = AssignForm(request.POST if "confirmed" in request.POST else None, department=department)
        return bulk_form.ask(self, request, "assign_selected", ASSIGN, tickets, at=timezone.now(), form=form)

    def _assign(self, request: HttpRequest, ticket: Ticket, to: User, notify: bool) -> None:
        assign.assign(ticket.pk, to=to, actor=cast(User, request.user), at=timezone.now(), notify=notify)

    def _try(self, request: HttpRequest, ticket: Ticket, verb: Callable[[], None]) -> bool:
        try:
            verb()
        except Refused as refused:
            self.message_user(request, f"{ticket.pk}: {refused.sentence}", messages.ERROR)
            return False
        return True


class DepartmentFilter(admin.RelatedFieldListFilter):
    """Departments are called after their country, which is read along with all of them."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        return [
            (one.pk, str(one)) for one in Department.objects.select_related("country").order_by("country__name", "name")
        ]


@admin.register(PendingTicket)
class PendingTicketAdmin(TicketAdmin):
    """New and unassigned: assign one, assign many, delete with confirmation."""

    form = PendingTicketForm
    list_display = ("number", "subject", "department", "type", "requester_name", "age")
    list_filter = ("department__country", ("department", DepartmentFilter))
    actions = ("assign_selected", "delete_selected")
    nothing_hangs_on_rows = True  # the verb takes their conversation with them
    ordering = ("submitted_at", "id")
    date_hierarchy = None

    def instead_of_missing(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """What somebody else assigned meanwhile is pending no more, but it is still a ticket."""
        if not is_key(object_id) or not Ticket.objects.filter(pk=object_id).exists():
            return None
        words = _("Ticket %(number)s is pending no more: somebody else has assigned it meanwhile.")
        self.message_user(request, words % {"number": object_id}, messages.WARNING)
        return redirect("admin:tickets_ticket_change", object_id)

    @admin.display(description=_("waiting for"), ordering="submitted_at")
    def age(self, ticket: PendingTicket) -> str:
        return timesince(ticket.submitted_at, depth=1)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_admin", False))

    def delete_model(self, request: HttpRequest, obj: Ticket) -> None:
        self._try(request, obj, lambda: self._delete(request, obj))

    @admin.action(description=_("Delete the selected tickets…"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> HttpResponse | None:
        return bulk_form.ask(self, request, "delete_selected", DELETE, tickets, at=timezone.now())

    def _delete(self, request: HttpRequest, ticket: Ticket) -> None:
        delete.delete(ticket.pk, actor=cast(User, request.user), at=timezone.now())


@admin.register(TicketEvent)
class TicketEventAdmin(FoundByNumber, CsvAdmin):
    """The audit trail of tickets: read-only, with its export."""

    list_display = ("at", "number", "kind", "actor_name", "side", "changes")
    list_filter = ("kind", "side", "visibility")
    search_fields = ("actor_name",)
    column_of_number = "number"
    search_help_text = _("Number of the ticket or name of the person")
    date_hierarchy = "at"
    ordering = ("-at", "-id")
    show_full_result_count = False
    fields = ("at", "number", "kind", "actor_name", "side", "visibility", "changes", "body")
    csv_columns = ("at", "number", "kind", "actor_name", "side", "visibility", "changes_text", "body")

    @admin.display(description=_("before → after"))
    def changes(self, event: TicketEvent) -> SafeString:
        lines = [Truncator(line).chars(LONGEST_LINE) for line in event_words.in_lines(event)]
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines))

    @admin.display(description=_("before → after"))
    def changes_text(self, event: TicketEvent) -> str:
        return "\n".join(event_words.in_lines(event))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
