"""/performance/<yyyy-mm>/: rows and filters, who reads what, and that a month is an address."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from kpi.models import KpiGroup, TypeVersion
from tests.cast import Cast
from tests.kpi.months import EVER, MINUTE, done, make, second_country, unit

pytestmark = pytest.mark.django_db
HALF = {"response_seconds": 60, "resolution_seconds": 10**6}


def read(client: Client, person: User, **query: object) -> Any:
    client.force_login(person)
    return client.get("/performance/2026-10/", query)


def names(answer: Any) -> list[tuple[str, list[str]]]:
    """Each country that is shown with its departments."""
    return [(one.name, [place.name for place in places]) for one, places, _whole in answer.context["countries"]]


def work(cast: Cast) -> None:
    """Operations: an issue half met; Finance and Indonesia all met."""
    done(cast.issue, cast.assignee, HALF)
    done(cast.issue, cast.other_agent, MINUTE)
    done(cast.issue, cast.mate, MINUTE, department=second_country(cast))


def test_the_report_has_countries_departments_groups_and_types(client: Client, cast: Cast) -> None:
    work(cast)
    answer = read(client, cast.manager)
    assert names(answer) == [("Indonesia", ["Customer Care"]), ("Kenya", ["Finance", "Operations"])]
    words = answer.content.decode()
    assert "(<b>100.0</b> <i>Finance</i> + <b>50.0</b> <i>Operations</i>) ÷ 2 = <b>75.0</b>" in words
    assert 'Response <b>100.0</b></span><span class="part">Resolution <b>0.0</b>' in words
    assert "?department=ke-operations&amp;type=issue&amp;counted=yes" in words
    assert answer.context["stats"] | {"single": None} == {
        "single": None, "counted": 3, "left_out": 0, "late": 0, "passing": 2, "judged": 3,
    }  # fmt: skip


def test_a_weighted_group_says_its_weights(client: Client, cast: Cast) -> None:
    TypeVersion.objects.filter(type=cast.request).update(weight=3)
    done(cast.issue, cast.assignee, EVER)
    done(cast.request, cast.assignee, MINUTE)
    words = read(client, cast.manager, department="ke-operations").content.decode()
    assert "weighted mean of its types" in words
    assert "weight 3" in words


def test_filters_narrow_the_report_and_stay_in_its_address(client: Client, cast: Cast) -> None:
    work(cast)
    assert names(read(client, cast.manager, country="ID")) == [("Indonesia", ["Customer Care"])]
    one = read(client, cast.manager, department="ke-finance")
    assert names(one) == [("Kenya", ["Finance"])]
    assert one.context["stats"]["single"].score == 1_000_000
    assert one.context["filters"].query == "department=ke-finance"
    moved = read(client, cast.manager, department="ke-finance", month="2026-09", country="")
    assert moved["Location"] == "/performance/2026-09/?department=ke-finance"


def test_a_person_is_shown_whole_or_in_a_department(client: Client, cast: Cast) -> None:
    work(cast)
    done(cast.issue, cast.mate, EVER)
    whole = read(client, cast.manager, owner=cast.mate.pk).context["person"]
    inside = read(client, cast.manager, owner=cast.mate.pk, department="ke-operations").context["person"]
    assert ((whole.score, whole.counted), (inside.score, inside.counted)) == ((500_000, 2), (0, 1))


def test_month_rules_show_everybody_and_every_unit_with_the_reason(client: Client, cast: Cast) -> None:
    group = KpiGroup.objects.create(name="Output", position=3)
    own = [{"owner": cast.mate.pk, "from": "2026-09", "value": 4}]
    projects = make("projects", "project", group, [cast.department], target=2, owner_targets=own)
    servers = make("servers", "uptime", group, [cast.department], threshold=99.5, window="24x7")
    done(projects, cast.assignee, {"count": 2})
    done(servers, cast.lead, {"unit": unit(cast.department, "mail").pk, "downtime_minutes": 0})
    unit(cast.department, "branch")
    words = read(client, cast.manager, department="ke-operations").content.decode()
    assert "2 counted in the month against a target of 2: 100.0 points." in words
    assert "0 counted in the month against a target of 4: 0.0 points." in words
    assert "of 2 people" in words
    assert "of 1 unit" in words
    assert "Not reported" in words


@pytest.mark.parametrize(
    ("person", "query", "status"),
    [
        ("lead", {"department": "ke-operations"}, 200),
        ("lead", {"department": "ke-finance"}, 404),
        ("lead", {"country": "KE"}, 404),
        ("mate", {"department": "ke-operations"}, 404),
        ("manager", {"department": "ke-finance", "country": "KE"}, 200),
        ("manager", {"department": "nowhere"}, 404),
        ("manager", {"country": "ZZ"}, 404),
        ("manager", {"owner": "x"}, 404),
        ("manager", {"owner": "9" * 30}, 404),
        ("manager", {"owner": "0"}, 404),
        ("submitter", {}, 404),
    ],
)
def test_what_one_may_not_read_is_not_there(
    client: Client, cast: Cast, person: str, query: dict[str, str], status: int
) -> None:
    work(cast)
    assert read(client, getattr(cast, person), **query).status_code == status


def test_people_are_read_by_themselves_their_lead_and_management(client: Client, cast: Cast) -> None:
    work(cast)
    expected = {"assignee": 200, "lead": 200, "manager": 200, "admin": 200, "mate": 404, "other_agent": 404}
    found = {name: read(client, getattr(cast, name), owner=cast.assignee.pk).status_code for name in expected}
    assert found == expected


def test_a_lead_reads_the_own_departments_without_the_country(client: Client, cast: Cast) -> None:
    work(cast)
    answer = read(client, cast.lead)
    assert names(answer) == [("Kenya", ["Operations"])]
    words = answer.content.decode()
    assert "A country is the plain mean" not in words
    assert "Finance" not in words
    assert cast.other_agent.name not in words


def test_an_agent_reads_the_own_month(client: Client, cast: Cast) -> None:
    work(cast)
    answer = read(client, cast.assignee)
    assert (answer.context["person"].name, answer.context["person"].score) == ("Asha Assignee", 500_000)
    assert answer.context["countries"] == []
    words = answer.content.decode()
    assert cast.mate.name not in words
    assert "Finance" not in words


@pytest.mark.parametrize("month", ["2026-13", "9999-01", "0000-00", "1999-12"])
def test_what_is_no_month_is_no_address(client: Client, cast: Cast, month: str) -> None:
    client.force_login(cast.manager)
    assert client.get(f"/performance/{month}/").status_code == 404
