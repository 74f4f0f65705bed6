"""What is done to many people at once: each action in words, whom it leaves out, and the new value it asks for."""

from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.bulk import Deed, Doing, Reasons, setting, why
from accounts.key_select import KeySelect
from accounts.models import Department, Role, SiteSettings, User
from accounts.sessions import end_sessions


class BulkForm(forms.Form):
    """The new value, where the action has one."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose a role")), *Role.choices],
        error_messages={"required": _("Choose the role."), "invalid_choice": _("Choose the role.")},
    )
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.filter(active=True),
        error_messages={"required": _("Choose the department."), "invalid_choice": _("Choose the department.")},
    )

    def __init__(self, *args: Any, deed: Deed, **options: Any) -> None:
        super().__init__(*args, **options)
        asked = {"role": {"role", "department"}, "department": {"department"}}.get(deed.chooses, set())
        for name in {"role", "department"} - asked:
            del self.fields[name]
        if "role" in asked:
            self.fields["department"].required = False
            self.fields["department"].help_text = _("Only for new agents who have none yet; the others keep theirs.")
        if "department" in self.fields:
            widget = KeySelect(User._meta.get_field("department"), admin.site)
            widget.choices = self.fields["department"].choices  # type: ignore[attr-defined]
            widget.is_required = self.fields["department"].required
            self.fields["department"].widget = widget


def _not_oneself(doing: Doing) -> Any:
    return lambda row: row.pk == doing.actor.pk, _("this is your own account")


def _deactivate(people: QuerySet[User], doing: Doing) -> Reasons:
    end_sessions(people)
    audit.update(people, actor=doing.actor, at=doing.at, is_active=False)
    return {}


def _with_second_step(rows: list[User]) -> set[int]:
    return set(Authenticator.objects.filter(user__in=rows).values_list("user_id", flat=True))


def _one_step_already(rows: list[Any], doing: Doing) -> Reasons:
    having = _with_second_step(rows)
    return why(rows, (lambda row: row.pk not in having, _("signs in with one step already")))


def _forget_second_step(people: QuerySet[User], doing: Doing) -> Reasons:
    """Removed one by one, for the audit log."""
    end_sessions(people)
    Authenticator.objects.filter(user__in=people).delete()
    return {}


def _invite(people: QuerySet[User], doing: Doing) -> Reasons:
    for person in people:
        doing.invite(person)
    return {}


def _no_such_role(rows: list[Any], doing: Doing) -> Reasons:
    """The same limits as the form of one person has."""
    role, place = doing.typed["role"], doing.typed.get("department")
    site, staff = SiteSettings.load(), role != Role.CUSTOMER
    typed = set(EmailAddress.objects.filter(user__in=rows, verified=False).values_list("user_id", flat=True))
    return why(
        rows,
        _not_oneself(doing),
        (lambda row: row.role == role, _("has this role already")),
        (
            lambda row: role == Role.AGENT and not (place or row.department_id),
            _("an agent needs a department; choose it along with the role"),
        ),
        (lambda row: staff and not site.admits(row.email, staff=True), _("staff have addresses of other domains")),
        (
            lambda row: staff and not row.is_vouched_for and row.pk in typed,
            _("has not shown yet that the address is theirs"),
        ),
    )


def _set_role(people: QuerySet[User], doing: Doing) -> Reasons:
    """Who becomes an agent and has no department gets the one that was chosen along."""
    role, place = doing.typed["role"], doing.typed.get("department")
    end_sessions(people)
    if role == Role.AGENT and place:
        audit.update(people.filter(department=None), actor=doing.actor, at=doing.at, role=role, department=place)
    audit.update(people, actor=doing.actor, at=doing.at, role=role)
    return {}


def _no_such_department(rows: list[Any], doing: Doing) -> Reasons:
    place = doing.typed["department"]
    works_there = (lambda row: row.department_id == place.pk, _("works in this department already"))
    return why(rows, works_there) | _customers(rows, doing)


def _customers(rows: list[Any], doing: Doing) -> Reasons:
    """Known before anything is chosen."""
    return why(rows, (lambda row: row.role == Role.CUSTOMER, _("is a customer, and customers work in no department")))


def _counted(number: int) -> str:
    return ngettext("%(n)d person", "%(n)d people", number) % {"n": number}


def _line(person: User) -> str:
    place = f", {person.department}" if person.department else ""
    return f"{person.name} ({person.email}), {person.get_role_display()}{place}"


_deed = partial(Deed, counted=_counted, line=_line)


DEEDS = {
    "deactivate": _deed(
        _("Deactivate people"),
        _(
            "They are signed out everywhere at once and cannot sign in until they are activated. Their tickets, their "
            "name and their scores stay."
        ),
        _("Deactivate"),
        lambda rows, doing: why(
            rows, _not_oneself(doing), (lambda row: not row.is_active, _("is deactivated already"))
        ),
        _deactivate,
    ),
    "activate": _deed(
        _("Activate people"),
        _("They can sign in again, with the password or the account they had, and find their tickets as they are."),
        _("Activate"),
        lambda rows, doing: why(rows, (lambda row: row.is_active, _("is active already"))),
        setting(is_active=lambda doing: True),
    ),
    "invite": _deed(
        _("Mail invitations"),
        _("Each gets a mail with a link to choose a password and the other ways to sign in. Nothing else changes."),
        _("Send the invitations"),
        lambda rows, doing: why(rows, (lambda row: not row.is_active, _("is deactivated"))),
        _invite,
    ),
    "forget_second_step": _deed(
        _("Take two-step sign-in off"),
        _(
            "For who lost the phone and the recovery codes. They are signed out everywhere, and the password or "
            "account alone lets them in until they set it up again: be sure that it is they who asked."
        ),
        _("Take two-step sign-in off"),
        _one_step_already,
        _forget_second_step,
    ),
    "set_role": _deed(
        _("Set the role"),
        _(
            "The role decides what one may see and do. They are signed out everywhere and sign in again with the "
            "new rights; tickets they have stay theirs."
        ),
        _("Set the role"),
        _no_such_role,
        _set_role,
        chooses="role",
    ),
    "set_department": _deed(
        _("Set the department"),
        _(
            "From now on they work in that department’s queue. Tickets they have stay theirs, and months that are "
            "scored stay with the department in which the work was done. Customers are left out: they work in none."
        ),
        _("Set the department"),
        _no_such_department,
        setting(department=lambda doing: doing.typed["department"]),
        chooses="department",
        knows=_customers,
    ),
}
