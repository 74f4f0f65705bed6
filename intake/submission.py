"""A submission: the form's words become a ticket once, and a verified address gets its tickets."""

import uuid
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User
from tickets import claims
from tickets.models import Ticket
from tickets.once import once, own_key
from tickets.states import Priority
from tickets.verbs.submit import Submission, email_key
from tickets.verbs.submit import submit as submit_ticket

PURPOSE = "submit"


def submit(cleaned: dict[str, Any], *, user: User | None, key: uuid.UUID, at: datetime) -> Ticket:
    """The ticket of this form; the same key with the same content gives the same one, also in parallel.

    AlreadyUsed when the key belongs to other content, Refused when the picked user cannot have it any more.
    """
    submission = _submission(cleaned, user)

    def make() -> Ticket:
        ticket = submit_ticket(submission, at=at)
        owner = None if user else _owner_of(submission.email)
        if owner is not None:
            claims.claim_address(owner, submission.email, at=at)
            ticket.refresh_from_db()
        return ticket

    return once(own_key(key, PURPOSE), purpose=PURPOSE, content=_content(submission), at=at, make=make)


def _submission(cleaned: dict[str, Any], user: User | None) -> Submission:
    return Submission(
        department=cleaned["department"],
        type=cleaned["type"],
        description=cleaned["description"],
        name=(user.name or user.email)[:120] if user else cleaned["name"],
        email=user.email if user else cleaned["email"],
        submitter=user,
        picked=cleaned.get("user"),
        priority=cleaned.get("priority") or Priority.NORMAL,
    )


def _content(submission: Submission) -> dict[str, Any]:
    picked, submitter = submission.picked, submission.submitter
    return {
        "department": submission.department.pk,
        "type": submission.type.pk,
        "picked": picked.pk if picked else None,
        "submitter": submitter.pk if submitter else None,
        "priority": submission.priority,
        "description": submission.description,
        "name": submission.name,
        "email": submission.email,
    }


def _owner_of(email: str) -> User | None:
    """The active account that has verified this address; a typed one proves nothing."""
    verified = EmailAddress.objects.filter(
        email__in={email_key(email), email.strip().lower()}, verified=True, user__is_active=True
    )
    address = verified.select_related("user").order_by("pk").first()
    return address.user if address else None
