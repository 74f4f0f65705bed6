"""What an admin does to many people at once: who is left out and why, and the deed itself, written down row by row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Role, SiteSettings, User
from accounts.sessions import end_sessions


@dataclass(frozen=True)
class Doing:
    """Who does it, when, and what was chosen for it."""

    actor: User
    at: datetime
    invite: Callable[[User], None]
    typed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Deed:
    """One bulk action in words, whom it leaves out, and what it does to the others."""

    title: Any
    will: Any  # what it will do, said before it is done
    button: Any
    reasons: Callable[[list[User], Doing], dict[int, str]]
    carry_out: Callable[[QuerySet[User], Doing], object]
    chooses: str = ""  # the column whose new value is asked for


@dataclass(frozen=True)
class Result:
    """How many it was done to, and why not to the others."""

    done: int
    left: list[tuple[User, str]]


def run(deed: Deed, people: QuerySet[User], doing: Doing) -> Result:
    """Do it to everybody it can be done to, all or none of them."""
    with transaction.atomic():
        keys = list(people.values_list("pk", flat=True))
        rows = list(User.objects.select_for_update().filter(pk__in=keys).order_by("name", "pk"))
        reasons = deed.reasons(rows, doing)
        willing = [row.pk for row in rows if row.pk not in reasons]
        deed.carry_out(User.objects.filter(pk__in=willing), doing)
    return Result(len(willing), [(row, reasons[row.pk]) for row in rows if row.pk in reasons])


def _why(rows: Iterable[User], *cases: tuple[Callable[[User], bool], Any]) -> dict[int, str]:
    """The first case that is true of a person, by the person."""
    found = ((row.pk, next((str(words) for is_so, words in cases if is_so(row)), "")) for row in rows)
    return {pk: words for pk, words in found if words}


def _not_oneself(doing: Doing) -> tuple[Callable[[User], bool], Any]:
    return lambda row: row.pk == doing.actor.pk, _("this is your own account")


def _deactivate(people: QuerySet[User], doing: Doing) -> None:
    end_sessions(people)
    audit.update(people, actor=doing.actor, at=doing.at, is_active=False)


def _with_second_step(rows: list[User]) -> set[int]:
    return set(Authenticator.objects.filter(user__in=rows).values_list("user_id", flat=True))


def _one_step_already(rows: list[User], doing: Doing) -> dict[int, str]:
    having = _with_second_step(rows)
    return _why(rows, (lambda row: row.pk not in having, _("signs in with one step already")))


def _forget_second_step(people: QuerySet[User], doing: Doing) -> None:
    """Removed one by one, for the audit log."""
    end_sessions(people)
    Authenticator.objects.filter(user__in=people).delete()


def _invite(people: QuerySet[User], doing: Doing) -> None:
    for person in people:
        doing.invite(person)


def _no_such_role(rows: list[User], doing: Doing) -> dict[int, str]:
    """The same limits as the form of one person has."""
    role = doing.typed["role"]
    site, staff = SiteSettings.load(), role != Role.CUSTOMER
    typed = set(EmailAddress.objects.filter(user__in=rows, verified=False).values_list("user_id", flat=True))
    return _why(
        rows,
        _not_oneself(doing),
        (lambda row: row.role == role, _("has this role already")),
        (lambda row: role == Role.AGENT and row.department_id is None, _("an agent needs a department; set it first")),
        (lambda row: staff and not site.admits(row.email, staff=True), _("staff have addresses of other domains")),
        (
            lambda row: staff and not row.is_vouched_for and row.pk in typed,
            _("has not shown yet that the address is theirs"),
        ),
    )


def _set_role(people: QuerySet[User], doing: Doing) -> None:
    end_sessions(people)
    audit.update(people, actor=doing.actor, at=doing.at, role=doing.typed["role"])


DEEDS = {
    "deactivate": Deed(
        _("Deactivate people"),
        _(
            "They are signed out everywhere at once and cannot sign in until they are activated. Their tickets, their "
            "name and their scores stay."
        ),
        _("Deactivate"),
        lambda rows, doing: _why(
            rows, _not_oneself(doing), (lambda row: not row.is_active, _("is deactivated already"))
        ),
        _deactivate,
    ),
    "activate": Deed(
        _("Activate people"),
        _("They can sign in again, with the password or the account they had, and find their tickets as they are."),
        _("Activate"),
        lambda rows, doing: _why(rows, (lambda row: row.is_active, _("is active already"))),
        lambda people, doing: audit.update(people, actor=doing.actor, at=doing.at, is_active=True),
    ),
    "invite": Deed(
        _("Mail invitations"),
        _("Each gets a mail with a link to choose a password and the other ways to sign in. Nothing else changes."),
        _("Send the invitations"),
        lambda rows, doing: _why(rows, (lambda row: not row.is_active, _("is deactivated"))),
        _invite,
    ),
    "forget_second_step": Deed(
        _("Take two-step sign-in off"),
        _(
            "For who lost the phone and the recovery codes. They are signed out everywhere, and the password or "
            "account alone lets them in until they set it up again: be sure that it is they who asked."
        ),
        _("Take two-step sign-in off"),
        _one_step_already,
        _forget_second_step,
    ),
    "set_role": Deed(
        _("Set the role"),
        _(
            "The role decides what one may see and do. They are signed out everywhere and sign in again with the "
            "new rights; tickets they have stay theirs."
        ),
        _("Set the role"),
        _no_such_role,
        _set_role,
        "role",
    ),
    "set_department": Deed(
        _("Set the department"),
        _(
            "From now on they work in that department’s queue. Tickets they have stay theirs, and months that are "
            "scored stay with the department in which the work was done."
        ),
        _("Set the department"),
        lambda rows, doing: _why(
            rows,
            (lambda row: row.department_id == doing.typed["department"].pk, _("works in this department already")),
        ),
        lambda people, doing: audit.update(
            people, actor=doing.actor, at=doing.at, department=doing.typed["department"]
        ),
        "department",
    ),
}
