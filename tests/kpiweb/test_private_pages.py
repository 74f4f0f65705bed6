from django.http import HttpResponse
from django.test import Client, RequestFactory

from kpiweb.private_pages import PrivatePagesMiddleware


def test_answers_are_not_stored(client: Client, db: None) -> None:
    assert client.get("/accounts/login/")["Cache-Control"] in {
        "no-store, private",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    }
    assert client.get("/no-such-page")["Cache-Control"] == "no-store, private"


def test_a_view_may_decide_itself() -> None:
    fragment = HttpResponse(headers={"Cache-Control": "private, no-cache", "ETag": '"1"'})
    answer = PrivatePagesMiddleware(lambda request: fragment)(RequestFactory().get("/"))
    assert answer["Cache-Control"] == "private, no-cache"
