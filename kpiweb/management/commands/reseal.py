"""manage.py reseal: after a new SECRET_KEY, seal with it what the former key sealed."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.sealing import Seal, reseal, seal_of
from accounts.sessions import end_sessions


class Command(BaseCommand):
    help = (
        "Seals the keys of two-step sign-in with the present SECRET_KEY. Run it after the key was changed, while the "
        "former one stands in SECRET_KEY_FALLBACKS; then that one can go. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--forget-unreadable",
            action="store_true",
            help="where the former key is lost: take the second step off from those whose key cannot be read",
        )

    def handle(self, *, forget_unreadable: bool, **options: Any) -> None:
        rows = list(Authenticator.objects.order_by("pk"))
        done = sum(reseal(row.pk) for row in rows)
        self.stdout.write(f"{done} sealed anew, {len(rows) - done} left as they are.")
        lost = {row.user_id for row in rows if seal_of(row) == Seal.UNREADABLE}
        if lost and forget_unreadable:
            Authenticator.objects.filter(user__in=lost).delete()
            end_sessions(User.objects.filter(pk__in=lost))
            self.stdout.write(f"Second steps taken off: {len(lost)}. Their owners set them up again.")
        elif lost:
            raise CommandError(
                f"Second steps that cannot be read: {len(lost)}. Put the former key into SECRET_KEY_FALLBACKS and run "
                "this again, or, where it is lost, add --forget-unreadable."
            )
