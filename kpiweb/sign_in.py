"""The sign-in door of the product: the people's floor, the tickets an address brings along, and its mails."""

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.utils import timezone

from accounts import sign_in
from notifications import outbox
from notifications.messages import ACCOUNT_KIND, Message
from tickets.claims import claim_address

NEW_PASSWORD = "account/email/password_reset_key"  # noqa: S105  # a template's name


class AccountAdapter(sign_in.AccountAdapter):
    """Adds the claim: an address that becomes verified takes the tickets nobody owns (domain section 3).

    Mails go through the outbox, so that nobody's sign-up fails over a mail server.
    """

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            claim_address(email_address.user, email_address.email, at=timezone.now())
        return confirmed

    def deliver(self, template_prefix: str, email: str, facts: dict[str, Any]) -> None:
        """Strangers can trigger these, so at most three an hour to one address; the sign-in throttle alone counts
        mails for a new password, else a stranger could use them up with tickets in the owner's name."""
        rendered = self.render_mail(template_prefix, email, facts)
        user = facts.get("user")
        outbox.queue(
            Message(
                kind=ACCOUNT_KIND,
                recipient=email,
                recipient_name=getattr(user, "name", ""),
                subject=rendered.subject,
                text=str(rendered.body),
                html="",
                thread="",
            ),
            event_key=f"account:{uuid.uuid4()}",
            at=timezone.now(),
            limited=template_prefix != NEW_PASSWORD,
        )
