"""The sign-in door of the whole product: what the people's floor does, and the tickets an address brings along."""

from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.utils import timezone

from accounts import sign_in
from tickets.claims import claim_address


class AccountAdapter(sign_in.AccountAdapter):
    """Adds the claim: an address that becomes verified takes the tickets nobody owns (domain section 3)."""

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            claim_address(email_address.user, email_address.email, at=timezone.now())
        return confirmed
