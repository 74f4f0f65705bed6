"""Bulk actions over people ask first, say how it went with each, and are written down row by row."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.bulk_people import DEEDS
from accounts.models import Role, SettingsChange, SiteSettings, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def sent(house: Client, name: str, people: list[User], **typed: Any) -> Any:
    return house.post(PEOPLE, {"action": name, "_selected_action": [one.pk for one in people], **typed}, follow=True)


def confirmed(house: Client, name: str, people: list[User], **typed: Any) -> list[str]:
    """What the list says afterwards."""
    return [str(one) for one in sent(house, name, people, confirmed="1", **typed).context["messages"]]


def log() -> list[tuple[str, Any]]:
    rows = SettingsChange.objects.filter(content_type__model="user").order_by("object_repr")
    return list(rows.values_list("object_repr", "changes"))


@pytest.mark.parametrize("name", DEEDS)
def test_it_asks_first_and_says_what_it_will_do(house: Client, cast: Cast, name: str) -> None:
    before = list(User.objects.order_by("pk").values())
    answer = sent(house, name, [cast.mate, cast.gone])
    page = answer.content.decode()
    assert answer.context["title"] == DEEDS[name].title
    assert [str(DEEDS[name].will) in page, "2 people" in page, cast.mate.email in page] == [True] * 3
    assert re.findall(r'name="_selected_action" value="(\d+)"', page) == [str(cast.mate.pk), str(cast.gone.pk)]
    assert list(User.objects.order_by("pk").values()) == before


def test_a_role_is_set_with_a_result_for_each(house: Client, cast: Cast) -> None:
    SettingsChange.objects.all().delete()
    theirs = Client()
    theirs.force_login(cast.mate)
    said = confirmed(house, "set_role", [cast.mate, cast.submitter, cast.admin, cast.lead], role="agent")
    assert sorted(said) == [
        "Ada Admin was left as is: this is your own account.",
        f"{cast.lead} was left as is: has this role already.",
        f"{cast.mate} was left as is: has this role already.",
        f"{cast.submitter} was left as is: an agent needs a department; choose it along with the role.",
    ]
    assert confirmed(house, "set_role", [cast.mate], role="management") == ["Set the role: done for 1 person."]
    assert log() == [("Moses Mate", {"role": ["agent", "management"]})]
    assert theirs.get("/profile/").status_code == 302


def test_a_role_obeys_the_limits_of_the_form(house: Client, cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.submitter, email=cast.submitter.email, verified=False, primary=True)
    said = confirmed(house, "set_role", [cast.submitter], role="management")
    assert said == ["Sam Submitter was left as is: has not shown yet that the address is theirs."]
    SiteSettings.objects.create(pk=1, staff_domains="kpi.example")
    assert confirmed(house, "set_role", [cast.submitter], role="management") == [
        "Sam Submitter was left as is: staff have addresses of other domains."
    ]
    assert User.objects.get(pk=cast.submitter.pk).role == Role.CUSTOMER


def test_a_department_is_set(house: Client, cast: Cast) -> None:
    SettingsChange.objects.all().delete()
    other = cast.other_department
    said = confirmed(house, "set_department", [cast.mate, cast.other_agent], department=other.pk)
    assert said == [
        "Set the department: done for 1 person.",
        f"{cast.other_agent} was left as is: works in this department already.",
    ]
    assert User.objects.get(pk=cast.mate.pk).department == other
    assert log() == [("Moses Mate", {"department": [str(cast.department), str(other)]})]


def test_a_department_is_for_no_customer(house: Client, cast: Cast) -> None:
    why = "is a customer, and customers work in no department"
    asked = sent(house, "set_department", [cast.mate, cast.submitter, cast.stranger])
    assert asked.context["left"] == [("Sam Submitter", why), ("Stan Stranger", why)]
    page = asked.content.decode()
    assert ["Left as they are: 2 people" in page, f"Sam Submitter: {why}" in page] == [True, True]
    assert page.count('id="id_department"') == 1
    alone = sent(house, "set_department", [cast.submitter]).content.decode()
    assert ['id="id_department"' in alone, 'class="default"' in alone] == [False, False]
    other = cast.other_department.pk
    said = confirmed(house, "set_department", [cast.mate, cast.submitter], department=other)
    assert said == ["Set the department: done for 1 person.", f"Sam Submitter was left as is: {why}."]
    assert User.objects.get(pk=cast.submitter.pk).department is None


def test_who_becomes_an_agent_gets_the_department_along(house: Client, cast: Cast) -> None:
    SettingsChange.objects.all().delete()
    people = [cast.submitter, cast.manager, cast.other_agent]
    User.objects.filter(pk=cast.manager.pk).update(department=cast.other_department)
    said = confirmed(house, "set_role", people, role="agent", department=cast.department.pk)
    assert said == ["Set the role: done for 2 people.", f"{cast.other_agent} was left as is: has this role already."]
    assert User.objects.get(pk=cast.submitter.pk).department == cast.department
    assert User.objects.get(pk=cast.manager.pk).department == cast.other_department
    assert log() == [
        ("Mona Manager", {"role": ["management", "agent"]}),
        ("Sam Submitter", {"role": ["customer", "agent"], "department": [None, str(cast.department)]}),
    ]
    confirmed(house, "set_role", [cast.stranger], role="management", department=cast.department.pk)
    assert User.objects.get(pk=cast.stranger.pk).department is None


@pytest.mark.parametrize(("name", "field"), [("set_role", "role"), ("set_department", "department")])
@pytest.mark.parametrize("value", ["", "0", "nonsense"])
def test_what_is_to_be_chosen_is_asked_again_beside_the_field(
    house: Client, cast: Cast, name: str, field: str, value: str
) -> None:
    answer = sent(house, name, [cast.mate], confirmed="1", **{field: value})
    assert answer.context["form"].errors == {field: [f"Choose the {field}."]}
    assert User.objects.get(pk=cast.mate.pk).role == Role.AGENT


def test_taking_two_step_sign_in_off_is_written_down(house: Client, cast: Cast) -> None:
    Authenticator.objects.create(user=cast.mate, type=Authenticator.Type.TOTP, data={"secret": "x"})
    SettingsChange.objects.all().delete()
    said = confirmed(house, "forget_second_step", [cast.mate, cast.assignee])
    assert said == [
        "Take two-step sign-in off: done for 1 person.",
        "Asha Assignee was left as is: signs in with one step already.",
    ]
    row = SettingsChange.objects.get()
    assert (row.action, row.actor, row.content_type.model) == (2, cast.admin, "authenticator")
    assert not Authenticator.objects.exists()


def test_a_thousand_people_of_a_filter_at_once(house: Client, cast: Cast) -> None:
    crowd = [User(email=f"p{n}@crowd.example", name=f"P{n:04}", role=Role.MANAGEMENT) for n in range(1001)]
    keys = [person.pk for person in User.objects.bulk_create(crowd)]
    form = {"action": "set_department", "select_across": "1", "_selected_action": keys[:100]}
    asked = house.post(f"{PEOPLE}?q=%40crowd.example", form).content.decode()
    assert ("1001 people" in asked, "and 951 more" in asked, 'name="select_across" value="1"' in asked) == (True,) * 3
    form |= {"confirmed": "1", "department": str(cast.department.pk)}
    answer = house.post(f"{PEOPLE}?q=%40crowd.example", form, follow=True)
    assert [str(one) for one in answer.context["messages"]] == ["Set the department: done for 1001 people."]
    assert User.objects.filter(pk__in=keys, department=cast.department).count() == 1001
    rows = SettingsChange.objects.filter(actor=cast.admin, object_id__in=keys, content_type__model="user")
    assert [one["department"][1] for one in rows.values_list("changes", flat=True)] == [str(cast.department)] * 1001


def test_management_has_none_of_them(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    sent(client, "deactivate", [cast.mate], confirmed="1")
    assert User.objects.get(pk=cast.mate.pk).is_active
    assert client.get(PEOPLE).context["action_form"] is None
