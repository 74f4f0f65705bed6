"""Error pages: in the product's look, with a way out, and they give nothing away."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from kpiweb.ui import errors


@pytest.mark.django_db
def test_not_found_offers_the_look_up() -> None:
    answer = Client().get("/no/such/page")
    assert answer.status_code == 404
    assert "<h1>We can’t find that page</h1>" in answer.text
    assert '<form class="field reading" action="/intake/lookup" method="post">' in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["bad_request", "forbidden", "too_many", "not_found"])
def test_every_refusal_has_one_heading_and_a_way_out(name: str, cast: Any) -> None:
    request = RequestFactory().get("/tickets/")
    request.user = cast.submitter
    answer = getattr(errors, name)(request, Exception("secret words"))
    assert answer.status_code == {"bad_request": 400, "forbidden": 403, "too_many": 429, "not_found": 404}[name]
    assert answer.content.decode().count("<h1>") == 1
    assert 'href="/intake"' in answer.content.decode()
    assert "secret words" not in answer.content.decode()


def test_server_error_needs_neither_session_nor_database() -> None:
    answer = errors.server_error(RequestFactory().get("/"))
    assert (answer.status_code, answer.content.decode().count("<h1>")) == (500, 1)


@pytest.mark.django_db
def test_form_without_its_key_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@b.example"})
    assert answer.status_code == 403
    assert "<h1>Please send that again</h1>" in answer.text
