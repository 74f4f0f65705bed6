"""The staff's forms on the ticket page: the ticket itself, a message, who handles it, why it is rejected."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from kpi import locks, metric_fields, typed_metrics
from kpi.models import KpiType
from tickets.models import Ticket
from tickets.plain_text import OneOf, PlainText
from tickets.states import FORWARD, Priority, Status
from tickets.verbs.edit import Edit
from tickets.verbs.typed import types_for, units_for

TEXT_LENGTH = 20_000
CONTROLS = _("Remove the control characters; use letters, numbers and punctuation only")


class DatedForm(forms.Form):
    """A form about a ticket of a day."""

    ticket_date = forms.DateField(
        label=_("Ticket Date"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Enter the ticket date"),
            "invalid": _("Enter the ticket date as a real date, such as 2026-11-19"),
        },
    )


class TicketForm(DatedForm):
    """The left half of the ticket page. `offered` is the department whose types the select lists."""

    status = OneOf(
        label=_("Status"),
        empty=_("Choose the status"),
        foreign=_("The status moves forward only; choose one from the list"),
    )
    department = OneOf(
        label=_("Department"),
        empty=_("Choose the department"),
        foreign=_("Choose a department from the list"),
        help_text=_("Another department means a transfer: its own people take over."),
    )
    type = OneOf(label=_("KPI Type"), empty=_("Choose the KPI type"), foreign=_("Choose a KPI type from the list"))
    priority = OneOf(label=_("Priority"), empty=_("Choose the priority"), foreign=_("Choose a priority from the list"))
    subject = PlainText(
        label=_("Subject"),
        longest=120,
        empty=_("Enter a subject"),
        controls=_("Enter the subject on one line, without control characters"),
        too_long=_("Shorten the subject to 120 characters or fewer"),
    )
    description = PlainText(
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 6}),
        multiline=True,
        longest=TEXT_LENGTH,
        empty=_("Enter a description"),
        controls=CONTROLS,
        too_long=_("Shorten the description to 20,000 characters or fewer"),
    )
    count_off_day = forms.BooleanField(
        label=_("Count as weekend/holiday work"),
        required=False,
        help_text=_("Without the tick, a ticket dated on a day off is not scored."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    offered = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, ticket: Ticket, data: Any = None, *, departments: Iterable[Department], today: date) -> None:
        super().__init__(data, initial=_present(ticket))
        self.ticket, self.today = ticket, today
        by_key = {str(department.pk): department for department in departments}
        self._offer("department", by_key.values())
        target = by_key.get(str((data or {}).get("department") or "")) or ticket.department
        self.target = target
        offered = types_for(ticket, target, on=ticket.ticket_date)
        if target.pk == ticket.department_id and ticket.type not in offered:
            offered = [ticket.type, *offered]
        self._offer("type", offered)
        if ticket.self_logged:
            self.fields["department"].widget = forms.HiddenInput()
        self._add_metrics(str((data or {}).get("type") or ""))
        forward = FORWARD[Status(ticket.status)]
        self._choose("status", [(status.value, status.label) for status in forward])
        self._choose("priority", [(priority.value, priority.label) for priority in Priority])

    def _add_metrics(self, wanted: str) -> None:
        """The fields of the chosen type's rule that no clock measures; on a transfer the new people fill them in."""
        kept = self.ticket.type
        field = self.fields["type"]
        assert isinstance(field, OneOf)  # noqa: S101  # tells the type checker what the class body says
        self.chosen: KpiType = kept if self.moves else field.objects.get(wanted, kept)
        self.metrics = typed_metrics.asked(self.chosen.rule, clocks=self.ticket.has_clocks)
        self.units = units_for(self.metrics, self.ticket.department_id, on=self.ticket.ticket_date)
        stored = self.ticket.item.metrics if self.metrics else {}
        metric_fields.add(self, self.metrics, metric_fields.written(self.metrics, stored), self.units)

    @property
    def asked(self) -> list[BoundField]:
        """The metric fields, for the template."""
        return metric_fields.bound(self)

    @property
    def moves(self) -> bool:
        """Whether another department was chosen."""
        return bool(self.target.pk != self.ticket.department_id)

    @property
    def asks_for_type(self) -> bool:
        """Another department was chosen while the select still listed the types of the old one."""
        return self.moves and self.data.get("offered") != str(self.target.pk)

    def clean_ticket_date(self) -> date:
        day: date = self.cleaned_data["ticket_date"]
        if day > self.today:
            raise forms.ValidationError(_now("Enter a ticket date that is not in the future"))
        sentence = locks.why_not_moved(self.ticket.ticket_date, day)
        if sentence:
            raise forms.ValidationError(sentence)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.asks_for_type:
            self.errors.pop("type", None)
            words = _now("Choose the KPI type that %(department)s will handle this under")
            self.add_error("type", words % {"department": self.target.name})
        if self.moves and cleaned.get("status") not in (None, self.ticket.status):
            self.add_error("status", _now("Transfer the ticket or change its status, one after the other"))
        if self.metrics and not self.moves and "ticket_date" in cleaned:
            self._judge_metrics(cleaned)
        return cleaned

    def _judge_metrics(self, cleaned: dict[str, Any]) -> None:
        """What is typed has to fit; to close, nothing that the rule needs may be missing."""
        closes = cleaned.get("status") == Status.CLOSED
        judge = typed_metrics.problems if closes else typed_metrics.faults
        typed = metric_fields.cleaned(self)
        found = judge(self.chosen.rule, typed, on=cleaned["ticket_date"], units=self.units)
        metric_fields.add_errors(self, {name: typed_metrics.sentence(one) for name, one in found.items()})

    def changes(self) -> Edit:
        """What is typed, as the verb takes it; on a transfer the type stays and the transfer sets it."""
        cleaned = self.cleaned_data
        kept: KpiType = self.ticket.type if self.moves else cleaned["type"]
        return Edit(
            ticket_date=cleaned["ticket_date"],
            type=kept,
            subject=cleaned["subject"],
            description=cleaned["description"],
            priority=cleaned["priority"],
            count_off_day=cleaned["count_off_day"],
            metrics=metric_fields.cleaned(self) if self.metrics and not self.moves else None,
        )

    def lock(self) -> None:
        """Show everything, take nothing."""
        for field in self.fields.values():
            field.disabled = True

    def _offer(self, name: str, objects: Iterable[Any]) -> None:
        self._choose(name, [(str(thing.pk), str(thing)) for thing in objects], {str(t.pk): t for t in objects})

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]], objects: dict[str, Any] | None = None) -> None:
        field = self.fields[name]
        assert isinstance(field, OneOf)  # noqa: S101  # tells the type checker what the class body says
        field.choices = choices
        field.objects = {value: value for value, _label in choices} if objects is None else objects


def _present(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket_date": ticket.ticket_date,
        "status": ticket.status,
        "department": ticket.department_id,
        "type": ticket.type_id,
        "priority": ticket.priority,
        "subject": ticket.subject,
        "description": ticket.description,
        "count_off_day": ticket.count_off_day,
        "version": ticket.version,
        "offered": ticket.department_id,
    }


class MessageForm(forms.Form):
    """A public reply or an internal note."""

    body = PlainText(
        label=_("Message"),
        widget=forms.Textarea(attrs={"rows": 4}),
        multiline=True,
        longest=TEXT_LENGTH,
        empty=_("Enter a message"),
        controls=CONTROLS,
        too_long=_("Shorten the message to 20,000 characters or fewer"),
    )


class AssignForm(forms.Form):
    """Whom to give the ticket to: active agents of its department, never its submitter."""

    to = OneOf(
        label=_("Assign to"),
        empty=_("Choose who should handle this ticket"),
        foreign=_("Choose a person from the list; that one does not work in this department"),
    )
    notify = forms.BooleanField(label=_("Send the mail “Ticket assigned”"), required=False, initial=True)

    def __init__(self, ticket: Ticket, data: Any = None, *, people: Iterable[User]) -> None:
        super().__init__(data, initial={"to": ticket.assignee_id, "notify": True})
        field = self.fields["to"]
        assert isinstance(field, OneOf)  # noqa: S101  # tells the type checker what the class body says
        field.objects = {str(user.pk): user for user in people}
        field.choices = [("", _now("Choose a person")), *((key, str(user)) for key, user in field.objects.items())]


class RejectForm(forms.Form):
    """Why this is not our work; the client reads it."""

    reason = PlainText(
        label=_("Reason"),
        help_text=_("The client reads this on the status page and in the mail."),
        widget=forms.Textarea(attrs={"rows": 4}),
        multiline=True,
        longest=2_000,
        empty=_("Enter the reason; the client will read it"),
        controls=CONTROLS,
        too_long=_("Shorten the reason to 2,000 characters or fewer"),
    )
