"""The sign-in door of the product: the people's floor, the tickets an address brings along, and its mails."""

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts import sign_in
from accounts.mail_page import page
from accounts.models import User
from notifications import outbox
from notifications.messages import ACCOUNT_KIND, Message
from tickets.claims import claim_address

# Strangers can ask for these, and sign-in's own throttle counts them: were they counted with all others, a stranger
# could use up an owner's hour of mails with tickets in their name.
COUNTED_AT_THE_DOOR = {"account/email/password_reset_key", "account/email/login_code"}
BY_AN_ADMIN = {"account/email/invitation"}


class AccountAdapter(sign_in.AccountAdapter):
    """Adds the claim: an address that becomes verified takes the tickets nobody owns (domain section 3).

    Mails go through the outbox, so that nobody's sign-up fails over a mail server.
    """

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            self._claim(request, email_address.user, email_address.email)
        return confirmed

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        """A first sign-in with Google or with a mailed code verifies the address without asking `confirm_email`."""
        if sign_in.has_proven_address(user):
            self._claim(request, user, user.email)
        return super().post_login(request, user, **how)

    def _claim(self, request: HttpRequest, user: User, email: str) -> None:
        """Tells it once, here; each ticket's own page says so until its owner has decided about the link."""
        if number := claim_address(user, email, at=timezone.now()):
            words = ngettext(
                "%(n)d ticket sent with your email now belongs to your account. Whoever has its link can read it.",
                "%(n)d tickets sent with your email now belong to your account. "
                "Whoever has a link can read its ticket.",
                number,
            )
            messages.info(request, words % {"n": number})

    def deliver(self, template_prefix: str, email: str, facts: dict[str, Any]) -> None:
        """Strangers can trigger most of these, so at most three an hour go to one address; what was changed in an
        account of a proven address is always told."""
        user = facts.get("user")
        # Who asks for a mail at the door mostly reads the present language; a person's own choice comes first.
        with translation.override(getattr(user, "language", "") or translation.get_language()):
            rendered = self.render_mail(template_prefix, email, facts)
            text = str(rendered.body)
            html = page(subject=rendered.subject, text=text, facts=facts)
        told = "notice" in facts and sign_in.has_proven_address(facts["user"])
        outbox.queue(
            Message(
                kind=ACCOUNT_KIND,
                recipient=email,
                recipient_name=getattr(user, "name", ""),
                subject=rendered.subject,
                text=text,
                html=html,
                thread="",
            ),
            event_key=f"account:{uuid.uuid4()}",
            at=timezone.now(),
            limited=not told and template_prefix not in COUNTED_AT_THE_DOOR | BY_AN_ADMIN,
        )
