import uuid
from functools import partial

import pytest

from tests.cast import START, Cast, make_ticket
from tickets.models import FormKey, Ticket
from tickets.once import AlreadyUsed, once


def send(cast: Cast, key: uuid.UUID, content: object) -> Ticket:
    return once(key, purpose="submit", content=content, at=START, make=partial(make_ticket, cast))


def test_the_same_form_again_is_the_same_ticket(cast: Cast) -> None:
    key = uuid.uuid4()
    assert send(cast, key, {"name": "Sam"}) == send(cast, key, {"name": "Sam"})
    assert Ticket.objects.count() == 1


def test_other_words_under_the_same_key_are_told_about_the_first(cast: Cast) -> None:
    key = uuid.uuid4()
    first = send(cast, key, {"name": "Sam"})
    with pytest.raises(AlreadyUsed) as used:
        send(cast, key, {"name": "Sam", "description": "another"})
    assert used.value.ticket == first
    assert Ticket.objects.count() == 1


def test_what_failed_leaves_the_key_unused(cast: Cast) -> None:
    key = uuid.uuid4()
    with pytest.raises(RuntimeError):
        once(key, purpose="submit", content={}, at=START, make=_break)
    assert FormKey.objects.count() == 0
    send(cast, key, {})


def _break() -> Ticket:
    raise RuntimeError("no")
