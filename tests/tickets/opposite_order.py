"""What each of twenty processes does in the race for deadlocks; run through tests.racing."""

from typing import Any

from accounts.models import User
from tests.cast import START, minutes
from tickets import conversation
from tickets.verbs.assign import assign

TURNS = 25


def work(place: int, facts: dict[str, Any]) -> None:
    """Hand two tickets to and fro, every other process in the opposite order: 100 verbs."""
    people = {name: User.objects.get(pk=pk) for name, pk in facts["people"].items()}
    for turn in range(TURNS):
        for ticket in facts["tickets"] if place % 2 else reversed(facts["tickets"]):
            at = START + minutes(10 + turn)
            to = people["mate"] if (place + turn) % 2 else people["assignee"]
            assign(ticket, to=to, actor=people["admin"], at=at, notify=False)
            conversation.note(ticket, actor=people["lead"], at=at, body=f"{place}/{turn}")
