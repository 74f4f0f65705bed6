"""The bare address of the site."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

QUEUE, ASK = "tickets:queue", "intake:submit"


@pytest.mark.parametrize(("person", "place"), [(None, ASK), ("submitter", ASK), ("assignee", QUEUE), ("admin", QUEUE)])
def test_the_bare_address_leads_to_ones_work(cast: Cast, client: Client, person: str | None, place: str) -> None:
    if person:
        client.force_login(getattr(cast, person))
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, reverse(place))
    assert client.get(answer["Location"]).status_code == 200
