"""The public forms: a new ticket, the look-up box, a message."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from intake import offers
from kpi.models import KpiType
from tickets.forms import CONTROLS, TEXT_LENGTH
from tickets.forms import MessageForm as WrittenForm
from tickets.plain_text import OneOf, PlainEmail, PlainText
from tickets.states import Priority

NAME_LENGTH, EMAIL_LENGTH = 120, 254


class SubmissionForm(forms.Form):
    """A new ticket. Types, people and priority follow the chosen department; a signed-in person types no name."""

    department = OneOf(
        label=_("Country / Department"),
        empty=_("Choose the department that should handle this"),
        foreign=_("Choose a department from the list; that one does not take tickets here"),
    )
    type = OneOf(
        label=_("KPI Type"),
        help_text=_("The kind of request. The list follows the department."),
        empty=_("Choose the KPI type of your request"),
        foreign=_("Choose a KPI type from the list; this department does not offer that one"),
    )
    user = OneOf(
        label=_("User"),
        required=False,
        help_text=_("Leave it blank and an admin will assign someone."),
        empty="",
        foreign=_("Choose a user from the list, or leave it blank; that one does not work in this department"),
    )
    priority = OneOf(
        label=_("Priority"),
        empty=_("Choose how urgent this is"),
        foreign=_("Choose a priority from the list"),
    )
    description = PlainText(
        label=_("Description"),
        help_text=_("What happened, where, and what you need. Please leave out passwords and card numbers."),
        widget=forms.Textarea(attrs={"rows": 5}),
        multiline=True,
        longest=TEXT_LENGTH,
        empty=_("Enter a description of what you need"),
        controls=CONTROLS,
        too_long=_("Shorten the description to 20,000 characters or fewer"),
    )
    name = PlainText(
        label=_("Your Name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        longest=NAME_LENGTH,
        empty=_("Enter your name"),
        controls=_("Enter your name on one line, without control characters"),
        too_long=_("Shorten your name to 120 characters or fewer"),
    )
    email = PlainEmail(
        label=_("Your Email"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        longest=EMAIL_LENGTH,
        empty=_("Enter your email address, so that we can answer you"),
        controls=_("Enter the email address on one line, without control characters"),
        too_long=_("Shorten the email address to 254 characters or fewer"),
    )

    def __init__(self, data: Any = None, *, user: User | None, at: datetime, refused: bool = True) -> None:
        """`refused` False shows typed values again without judging them, for "Update list"."""
        judged = data if refused else None
        super().__init__(judged, initial=None if refused or data is None else data.dict())
        self.at, self.viewer = at, user
        if user is not None:
            del self.fields["name"], self.fields["email"]
        self.chosen = self._offer_departments(str((data or {}).get("department") or ""))
        self._offer_of(self.chosen)

    def _offer_departments(self, wanted: str) -> Department | None:
        departments = {str(department.pk): department for department in offers.departments()}
        grouped: dict[str, list[tuple[str, str]]] = {}
        for key, department in departments.items():
            grouped.setdefault(department.country.name, []).append((key, department.name))
        field = self._one_of("department")
        field.objects = departments
        field.choices = [("", _("Choose a department")), *((country, list(rows)) for country, rows in grouped.items())]
        return departments.get(wanted)

    def _offer_of(self, department: Department | None) -> None:
        types = offers.types(department, at=self.at) if department else []
        people = offers.people(department, submitter=self.viewer) if department else []
        nobody = _("Anyone in %(department)s") % {"department": department.name} if department else _("Anyone")
        self._offer_types(department, types)
        self._offer("user", nobody, people)
        if department is None or not department.ask_priority:
            del self.fields["priority"]
            return
        priority = self._one_of("priority")
        priority.objects = {str(value): str(value) for value in Priority.values}
        priority.choices = Priority.choices
        priority.initial = Priority.NORMAL

    def _offer_types(self, department: Department | None, types: list[KpiType]) -> None:
        """A department that offers nothing says so where one would choose, and what to do instead when it is sent."""
        if department is None or types:
            self._offer("type", _("Choose a type") if department else _("Choose a department first"), types)
            return
        self._offer("type", _("Nothing can be asked for here yet"), [])
        self._one_of("type").empty = _("This department takes no requests yet. Choose another one")

    def _offer(self, name: str, nothing: Any, objects: Iterable[Any]) -> None:
        field = self._one_of(name)
        field.objects = {str(thing.pk): thing for thing in objects}
        field.choices = [("", nothing), *((key, str(thing)) for key, thing in field.objects.items())]

    def _one_of(self, name: str) -> OneOf:
        field = self.fields[name]
        assert isinstance(field, OneOf)  # noqa: S101  # tells the type checker what the class body says
        return field


class MessageForm(WrittenForm):
    """One message of the client in the Discussion."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["body"].label = _("Your message")


class LookupForm(forms.Form):
    """The one box: a reference, an address or a name."""

    q = PlainText(
        label=_("Ticket reference, email or full name"),
        help_text=_("Paste the ticket reference, or type the email or the exact full name you used."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        longest=300,
        empty=_("Enter a ticket reference, an email address or a full name"),
        controls=_("Enter the reference, email or name on one line, without control characters"),
        too_long=_("Enter a ticket reference, an email address or a full name; this is too long for one"),
    )
