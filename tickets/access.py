"""What a person may see and do: the table of domain section 3, and the only way a view gets a ticket."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Department, SiteSettings, User
from tickets.models import Ticket, TicketEvent, Visibility
from tickets.states import Kind, Status, Verb, why_not

Person = User | AnonymousUser | None

ANONYMOUS_CHAT = (
    "This ticket was submitted without sign-in, so customer chat is disabled. The agent will follow up via email."
)
STRANGER_CHAT = "This ticket can only be replied to by the original submitter."


class Relation(StrEnum):
    """How a person stands to one ticket; the first that fits, from the submitter down."""

    ANONYMOUS = "anonymous"
    SUBMITTER = "submitter"
    COLLEAGUE = "colleague"
    CUSTOMER = "customer"
    ASSIGNEE = "assignee"
    LEAD = "lead"
    MATE = "mate"
    OTHER_AGENT = "other_agent"
    MANAGEMENT = "management"
    ADMIN = "admin"


STAFF_SIDE = frozenset({Relation.ASSIGNEE, Relation.LEAD, Relation.MATE, Relation.ADMIN})
HANDLES = frozenset({Relation.ASSIGNEE, Relation.ADMIN})
CLIENT_SIDE = frozenset({Relation.SUBMITTER, Relation.COLLEAGUE})
# What agents may do to work they logged themselves for as long as the edit window lasts.
CORRECTING = frozenset({Verb.EDIT, Verb.CLOSE, Verb.REOPEN})

WHO: dict[Verb, frozenset[Relation]] = {
    Verb.REPLY: STAFF_SIDE,
    Verb.NOTE: STAFF_SIDE,
    Verb.START: HANDLES,
    Verb.ACKNOWLEDGE: frozenset({Relation.ASSIGNEE}),
    Verb.CLOSE: HANDLES,
    Verb.REJECT: HANDLES,
    Verb.REOPEN: HANDLES,
    Verb.EDIT: HANDLES,
    Verb.TRANSFER: HANDLES,
    Verb.DELETE: frozenset({Relation.ADMIN}),
    Verb.CLIENT_REPLY: CLIENT_SIDE,
    Verb.CLIENT_CLOSE: frozenset({Relation.SUBMITTER}),
    Verb.WITHDRAW: frozenset({Relation.SUBMITTER}),
    Verb.CLIENT_REOPEN: frozenset({Relation.SUBMITTER}),
}


@dataclass(frozen=True)
class ChatRefusal:
    """Why there is no message box on the status page: a code for tests and markup, the sentence for people."""

    code: str
    sentence: str


def relation(user: Person, ticket: Ticket, *, leads: bool | None = None) -> Relation:
    """How `user` stands to `ticket`. The submitter of a ticket is never staff on it."""
    if not isinstance(user, User) or not user.is_active:
        return Relation.ANONYMOUS
    if ticket.submitter_id == user.pk:
        return Relation.SUBMITTER
    if user.is_admin:
        return Relation.ADMIN
    if user.is_management:
        return Relation.MANAGEMENT
    if user.is_agent:
        return _agent(user, ticket, leads=leads)
    return Relation.COLLEAGUE if _is_colleague(user, ticket) else Relation.CUSTOMER


def _agent(user: User, ticket: Ticket, *, leads: bool | None) -> Relation:
    if ticket.assignee_id == user.pk:
        return Relation.ASSIGNEE
    if _leads(user, ticket.department) if leads is None else leads:
        return Relation.LEAD
    return Relation.MATE if user.department_id == ticket.department_id else Relation.OTHER_AGENT


def _leads(user: User, department: Department) -> bool:
    return department.leads.filter(pk=user.pk).exists()


def _is_colleague(user: User, ticket: Ticket) -> bool:
    organisation = ticket.organisation
    return organisation is not None and organisation.pk == user.organisation_id and organisation.members_see


def permitted(verb: Verb, who: Relation, department: Department) -> bool:
    """The permission table with the department's policies. Pure: no query."""
    if verb == Verb.ASSIGN:
        return (
            who == Relation.ADMIN
            or (who == Relation.LEAD and department.leads_assign)
            or (who in (Relation.LEAD, Relation.MATE, Relation.ASSIGNEE) and department.agents_assign)
        )
    if verb == Verb.TAKE:
        return who in (Relation.LEAD, Relation.MATE) and department.agents_take
    if verb == Verb.ACKNOWLEDGE and not department.acknowledge_stops_response:
        return False
    if verb in (Verb.CLIENT_CLOSE, Verb.WITHDRAW) and not department.clients_close:
        return False
    if verb == Verb.CLIENT_REOPEN and not department.clients_reopen:
        return False
    return who in WHO[verb]


def why_not_allowed(verb: Verb, user: Person, ticket: Ticket, *, at: datetime | None = None) -> str | None:
    """The sentence why `user` may not do `verb` to `ticket`, None when they may. `at` decides the days to re-open."""
    who = relation(user, ticket)
    if verb == Verb.CLIENT_REPLY:
        refusal = chat_refusal(user, ticket)
        return refusal.sentence if refusal else None
    if not permitted(verb, who, ticket.department):
        return _("You may see this ticket, but not do this with it.")
    late = at is not None and ticket.closed_at is not None and at > _last_day_to_reopen(ticket, ticket.closed_at)
    if verb == Verb.CLIENT_REOPEN and late:
        return _("The time in which you could re-open this ticket is over. Please submit a new one.")
    return _window_over(ticket, at=at) if verb in CORRECTING and who == Relation.ASSIGNEE else None


def legal(verb: Verb, ticket: Ticket) -> str | None:
    """The sentence why `verb` does not fit the ticket as it stands, None when it does."""
    return why_not(
        verb,
        status=ticket.status,
        assigned=ticket.assignee_id is not None,
        merged=ticket.merged_into_id is not None,
        kind=ticket.kind,
    )


def _window_over(ticket: Ticket, *, at: datetime | None) -> str | None:
    """The sentence once agents may no longer correct work they logged themselves (domain section 2)."""
    if not ticket.self_logged or at is None:
        return None
    days = SiteSettings.load().edit_window
    if at <= ticket.submitted_at + timedelta(days=days):
        return None
    return _("You could change this for %(days)s days after you logged it. Ask an admin.") % {"days": days}


def _last_day_to_reopen(ticket: Ticket, closed_at: datetime) -> datetime:
    return closed_at + timedelta(days=ticket.department.reopen_days)


def allowed_verbs(user: Person, ticket: Ticket, *, at: datetime | None = None) -> set[Verb]:
    """Every verb that is both permitted to `user` and legal on `ticket` now: the buttons to show."""
    who = relation(user, ticket)
    allowed: set[Verb] = {
        verb
        for verb in Verb
        if verb != Verb.CLIENT_REPLY and permitted(verb, who, ticket.department) and legal(verb, ticket) is None
    }
    if Verb.CLIENT_REOPEN in allowed and why_not_allowed(Verb.CLIENT_REOPEN, user, ticket, at=at) is not None:
        allowed.discard(Verb.CLIENT_REOPEN)
    if who == Relation.ASSIGNEE and allowed & CORRECTING and _window_over(ticket, at=at) is not None:
        allowed -= CORRECTING
    if chat_refusal(user, ticket, who=who) is None:
        allowed.add(Verb.CLIENT_REPLY)
    return allowed


def chat_refusal(user: Person, ticket: Ticket, *, who: Relation | None = None) -> ChatRefusal | None:
    """Why `user` cannot chat on the status page (domain section 3), None when the box is shown."""
    if ticket.submitter_id is None:
        return ChatRefusal("anonymous", ANONYMOUS_CHAT)
    who = who or relation(user, ticket)
    organisation = ticket.organisation
    answers = organisation is not None and organisation.members_answer
    if who != Relation.SUBMITTER and not (who == Relation.COLLEAGUE and answers):
        return ChatRefusal("stranger", STRANGER_CHAT)
    if ticket.status == Status.NEW:
        return ChatRefusal("new", _("Chat opens as soon as an agent is handling your ticket."))
    if ticket.status == Status.REJECTED:
        return ChatRefusal("rejected", _("This ticket was rejected, so the chat is closed."))
    return None


def staff_tickets(user: Person) -> QuerySet[Ticket]:
    """Every ticket that `user` may open on the staff pages; their own submissions are left to the public side."""
    if not isinstance(user, User) or not user.works_here:
        return Ticket.objects.none()
    tickets = Ticket.objects.select_related("department__country", "type", "assignee", "submitter", "organisation")
    tickets = tickets.exclude(submitter=user) if not user.is_admin else tickets
    if user.is_admin or user.is_management:
        return tickets
    return tickets.filter(
        Q(department=user.department_id) | Q(assignee=user) | Q(department__in=user.leads_departments.values("pk"))
    )


def staff_ticket(user: Person, reference: str | uuid.UUID) -> Ticket:
    """The ticket for the staff page; Http404 alike for one that does not exist and one that may not be seen."""
    return _one(staff_tickets(user), reference)


def public_ticket(user: Person, reference: str | uuid.UUID) -> Ticket:
    """The ticket for the status page: the reference is the key. Hidden tickets exist for staff alone.

    Work that agents logged themselves has no client, so it has no such page for anybody.
    """
    related = ("department__country", "type", "assignee", "submitter", "organisation")
    ticket = _one(Ticket.objects.filter(kind=Kind.INTAKE).select_related(*related), reference)
    if ticket.hidden and relation(user, ticket) not in STAFF_SIDE | {Relation.MANAGEMENT}:
        raise Http404
    return ticket


def own_tickets(user: User, *, organisation: bool = False) -> QuerySet[Ticket]:
    """What `user` submitted, or what their organisation did where its policy lets members see it."""
    tickets = Ticket.objects.filter(kind=Kind.INTAKE, hidden=False)
    tickets = tickets.select_related("department__country", "type", "assignee")
    if organisation and user.organisation is not None and user.organisation.members_see:
        return tickets.filter(organisation=user.organisation)
    return tickets.filter(submitter=user)


def public_events(ticket: Ticket) -> list[TicketEvent]:
    """The thread as the client sees it, oldest first."""
    return list(ticket.events.filter(visibility=Visibility.PUBLIC).select_related("actor").order_by("at", "id"))


def staff_events(ticket: Ticket) -> list[TicketEvent]:
    """The whole thread, oldest first."""
    return list(ticket.events.select_related("actor").order_by("at", "id"))


def _one(tickets: QuerySet[Ticket], reference: str | uuid.UUID) -> Ticket:
    try:
        wanted = reference if isinstance(reference, uuid.UUID) else uuid.UUID(reference)
    except (ValueError, AttributeError, TypeError):
        raise Http404 from None
    ticket = tickets.filter(reference=wanted).first()
    if ticket is None:
        raise Http404
    return ticket
