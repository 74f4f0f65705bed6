"""Submit: anyone's request becomes a ticket, New, with its resolution clock running."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Department, User
from kpi import ledger
from kpi.ledger import Facts
from kpi.models import KpiType
from tickets import timeline
from tickets.models import EventKind, Ticket
from tickets.states import Priority
from tickets.verbs.assign import put_on
from tickets.verbs.running import Refused, whole_second

SUBJECT_LENGTH = 80


@dataclass(frozen=True)
class Submission:
    """What a customer sends, validated by the form."""

    department: Department
    type: KpiType
    description: str
    name: str
    email: str
    submitter: User | None = None
    picked: User | None = None
    priority: str = Priority.NORMAL
    subject: str = ""


def submit(submission: Submission, *, at: datetime) -> Ticket:
    """Make the ticket; a picked user is assigned in the same transaction.

    Refused when the picked user is the submitter or works elsewhere.
    """
    at = whole_second(at)
    picked = submission.picked
    if picked is not None and picked == submission.submitter:
        raise Refused("You cannot pick yourself for your own ticket.")
    with transaction.atomic():
        ticket = _ticket(submission, at)
        actor = timeline.client(submission.submitter, submission.name)
        timeline.record(
            ticket,
            EventKind.SUBMITTED,
            actor=actor,
            at=at,
            body=ticket.description,
            picked=picked.pk if picked else None,
        )
        if picked is not None:
            put_on(ticket, picked, actor=actor, at=at)
    return ticket


def _ticket(submission: Submission, at: datetime) -> Ticket:
    department = submission.department
    local_day = at.astimezone(ZoneInfo(department.country.zone)).date()
    item = ledger.post(Facts(submission.type, department, local_day, submission.priority))
    submitter = submission.submitter
    return Ticket.objects.create(
        department=department,
        type=submission.type,
        item=item,
        submitter=submitter,
        organisation_id=submitter.organisation_id if submitter else None,
        requester_name=submission.name,
        requester_email=submission.email,
        name_key=name_key(submission.name),
        email_key=email_key(submission.email),
        subject=submission.subject or subject_from(submission.description),
        description=submission.description,
        priority=submission.priority,
        ticket_date=local_day,
        submitted_at=at,
        last_public_at=at,
        last_activity_at=at,
    )


def subject_from(description: str) -> str:
    """The first 80 characters of the description, cut at a word (domain section 1)."""
    text = " ".join(description.split())
    if len(text) <= SUBJECT_LENGTH:
        return text
    cut = text[: SUBJECT_LENGTH - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.") + "…"


def name_key(name: str) -> str:
    """What an exact name is compared by: NFKC, casefolded, inner spaces collapsed (domain section 3)."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:480]


def email_key(email: str) -> str:
    """What an address is compared by: casefolded."""
    return email.strip().casefold()
