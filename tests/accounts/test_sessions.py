"""Sessions end when a person is switched off, gets another role or another password; by whatever way it happens."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def form_of(cast: Cast, user: User, **fields: object) -> dict[str, object]:
    person = {"email": user.email, "name": user.name, "role": user.role, "department": user.department_id or ""}
    return {**person, "new_password": "", **fields}


def by_form(**fields: object) -> Callable[[Cast, Client, User], object]:
    return lambda cast, house, user: house.post(
        f"/admin/accounts/user/{user.pk}/change/", form_of(cast, user, **fields)
    )


def by_action(name: str) -> Callable[[Cast, Client, User], object]:
    return lambda cast, house, user: house.post(
        "/admin/accounts/user/", {"action": name, "_selected_action": [user.pk], "confirmed": "1"}
    )


def off_and_on_again(cast: Cast, house: Client, user: User) -> None:
    for name in ("deactivate", "activate"):
        by_action(name)(cast, house, user)


def there_and_back(cast: Cast, house: Client, user: User) -> None:
    by_form(role="management")(cast, house, user)
    user.refresh_from_db()
    by_form(role="agent")(cast, house, user)


def own_change(cast: Cast, house: Client, user: User) -> None:
    """The person changes the password in another browser, which stays signed in."""
    other = Client()
    other.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    other.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "quite another phrase"})
    assert is_in(other)


ENDING = {
    "deactivated": by_action("deactivate"),
    "off and on again": off_and_on_again,
    "another role": by_form(role="management"),
    "another role and back": there_and_back,
    "another address": by_form(email="amina.new@kpiweb.example"),
    "a password by an admin": by_form(new_password="quite another phrase"),
    "a password of one's own": own_change,
}


@pytest.mark.parametrize("name", ENDING)
def test_ends_sessions(cast: Cast, name: str) -> None:
    house, theirs, of_another = Client(), Client(), Client()
    house.force_login(cast.admin)
    for browser, user in ((theirs, cast.assignee), (of_another, cast.mate)):
        browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    ENDING[name](cast, house, cast.assignee)
    assert (is_in(theirs), is_in(of_another), is_in(house)) == (False, True, True)


@pytest.mark.parametrize("fields", [{"name": "Asha A."}, {"told_of_new_tickets": "on"}, {"zone": "Asia/Jakarta"}])
def test_a_change_that_gives_no_rights_leaves_people_signed_in(cast: Cast, fields: dict[str, object]) -> None:
    house, theirs = Client(), Client()
    house.force_login(cast.admin)
    theirs.force_login(cast.assignee)
    by_form(**fields)(cast, house, cast.assignee)
    assert is_in(theirs)


def test_an_admin_who_gives_themselves_a_password_stays(cast: Cast) -> None:
    house = Client()
    house.force_login(cast.admin)
    by_form(new_password="quite another phrase")(cast, house, cast.admin)
    assert is_in(house)


@pytest.mark.parametrize("name", ENDING)
def test_who_was_signed_out_reads_so_once_on_the_way_in(cast: Cast, name: str) -> None:
    house, theirs = Client(), Client()
    house.force_login(cast.admin)
    theirs.force_login(cast.assignee)
    ENDING[name](cast, house, cast.assignee)
    way_in = theirs.get("/tickets/")["Location"]
    assert way_in == "/accounts/login/?next=/tickets/"
    assert "You were signed out, because your account" in theirs.get(way_in).text
    assert "You were signed out" not in theirs.get(way_in).text


def test_who_signs_out_or_never_was_in_is_told_nothing_of_a_change(cast: Cast) -> None:
    client = Client()
    assert "You were signed out" not in client.get("/accounts/login/").text
    client.force_login(cast.assignee)
    client.post("/accounts/logout/")
    assert "You were signed out" not in client.get("/accounts/login/").text
