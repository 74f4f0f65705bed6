"""Sign people out everywhere: with a new role, a new password given by an admin, and when they are switched off."""

from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User

# What an admin changes about a person that ends every session of theirs.
ENDING = frozenset({"role", "is_active", "new_password"})


def end_sessions(people: QuerySet[User], **changes: Any) -> int:
    """End every session of `people` in the same statement as the `changes` that are the reason; returns how many."""
    return people.update(session_epoch=F("session_epoch") + 1, **changes)
