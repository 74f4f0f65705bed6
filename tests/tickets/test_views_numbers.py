"""From a number down: what it is the mean of, and exactly the work behind it."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from kpi.locking import lock
from kpi.models import Cell, KpiItem, UptimeUnit
from tests.cast import Cast, local, make_ticket
from tests.every_rule import DAY, make_types, metrics_of
from tests.kpi.months import EVER, MINUTE, done, second_country
from tickets.states import Status
from tickets.verbs.reopen import reopen

pytestmark = pytest.mark.django_db
HALF = {"response_seconds": 60, "resolution_seconds": 10**6}
MONTH = "/performance/2026-10"


def work(client: Client, query: str = "") -> Any:
    return client.get(f"{MONTH}/tickets/?{query}")


def explain(client: Client, query: str) -> Any:
    return client.get(f"{MONTH}/explain/?{query}")


@pytest.fixture
def october(cast: Cast) -> Cast:
    """Of Operations: two issues of Asha, one half missed, one of Moses missed; one rejected, one off, one open."""
    done(cast.issue, cast.assignee, HALF)
    done(cast.issue, cast.assignee, MINUTE)
    done(cast.issue, cast.mate, EVER)
    done(cast.issue, cast.other_agent, MINUTE)
    make_ticket(cast, status=Status.REJECTED)
    make_ticket(cast, status=Status.CLOSED, at=local(10, 9))
    make_ticket(cast, status=Status.PROGRESS)
    return cast


def test_a_number_leads_to_exactly_its_work(client: Client, october: Cast) -> None:
    cast = october
    client.force_login(cast.manager)
    for query, cell_filter in (
        ("department=ke-operations&type=issue", {"department": cast.department}),
        (f"department=ke-operations&type=issue&owner={cast.assignee.pk}", {"owner": cast.assignee}),
        (f"owner={cast.assignee.pk}", {"owner": cast.assignee}),
        ("country=KE", {"department__country": cast.country}),
        (f"country=KE&group={cast.group.pk}", {"department__country": cast.country}),
        ("", {}),
    ):
        found = list(Cell.objects.filter(**cell_filter))
        answer = work(client, query)
        assert answer.context["counts"].counted == sum(cell.counted for cell in found)
        for chosen in ("", "yes", "no", "passed", "missed", "late", "rejected", "off_day", "pending"):
            page = work(client, f"{query}&counted={chosen}").context
            assert (query, chosen, len(page["rows"])) == (query, chosen, page["counts"].of(chosen))


def test_what_is_not_counted_says_why(client: Client, october: Cast) -> None:
    client.force_login(october.lead)
    answer = work(client, "department=ke-operations&counted=no")
    assert sorted(row.item.not_counted for row in answer.context["rows"]) == ["off_day", "pending", "rejected"]
    words = answer.content.decode()
    for reason in ("Weekend, without the tick", "Rejected", "Still open"):
        assert reason in words
    assert answer.context["counts"].left_out == 3


def test_lists_are_sorted_and_paged(client: Client, cast: Cast) -> None:
    done(cast.issue, cast.assignee, EVER)
    done(cast.issue, cast.assignee, MINUTE, number=60)
    client.force_login(cast.manager)
    first, second = (work(client, f"type=issue&sort=score&page={number}").context["rows"] for number in ("1", "2"))
    assert (len(first), len(second), first[0].item.value) == (50, 11, 0)
    assert {row.item.pk for row in (*first, *second)} == set(KpiItem.objects.values_list("pk", flat=True))
    assert work(client, "type=issue&sort=-score").context["rows"][0].item.value == 1_000_000


def test_of_a_locked_month_the_list_is_as_it_was_locked(client: Client, october: Cast) -> None:
    cast = october
    ticket = make_ticket(cast, status=Status.CLOSED)
    lock(ticket.item.month, actor=cast.admin, at=local(5, 9, month=11))
    reopen(ticket.pk, actor=cast.assignee, at=local(6, 9, month=11))
    client.force_login(cast.manager)
    answer = work(client, "department=ke-operations&counted=yes")
    row = next(row for row in answer.context["rows"] if row.item.pk == ticket.item_id)
    assert (len(answer.context["rows"]), answer.context["counts"].counted) == (4, 4)
    assert (row.item.value, row.was, row.now) == (1_000_000, "100.0", "still open")
    assert "Moved since the month was locked: 100.0 then, still open now" in answer.content.decode()
    moved = work(client, "department=ke-operations&counted=moved")
    assert [row.item.not_counted for row in moved.context["rows"]] == ["pending"]


def test_means_are_explained_down_to_their_items(client: Client, october: Cast) -> None:
    cast = october
    second_country(cast)
    client.force_login(cast.manager)
    chain = {
        "country=KE": (750_000, ["Finance", "Operations"]),
        "department=ke-operations": (500_000, ["Issue"]),
        f"department=ke-operations&group={cast.group.pk}": (500_000, ["Issue", "Request"]),
        "department=ke-operations&type=issue": (500_000, ["Asha Assignee", "Moses Mate"]),
        f"owner={cast.assignee.pk}": (750_000, ["Issue"]),
        f"owner={cast.assignee.pk}&type=issue": (750_000, []),
    }
    for query, (score, names) in chain.items():
        told = explain(client, query).context["told"]
        assert (query, told.score, [one.name for one in told.below]) == (query, score, names)
        for one in told.below:
            assert explain(client, one.query).context["told"].score == one.score
    answer = explain(client, "department=ke-operations&type=issue")
    assert "<b>150.0</b> ÷ 3 = <b>50.0</b>" in answer.content.decode()
    assert sorted(row.item.value for row in answer.context["rows"]) == [0, 500_000, 1_000_000]


def test_month_rules_are_explained_by_person_and_by_unit(client: Client, cast: Cast) -> None:
    types, unit = make_types(cast), UptimeUnit.objects.get()
    for rule in ("project", "uptime"):
        done(types[rule], cast.assignee, metrics_of(rule), day=DAY)
    done(types["project"], cast.mate, {"count": 8}, day=DAY)
    client.force_login(cast.lead)
    people = explain(client, "department=ke-operations&type=own-project").context["told"]
    assert [(one.name, one.score) for one in people.below] == [("Asha Assignee", 750_000), ("Moses Mate", 1_000_000)]
    assert people.score == 875_000
    one = explain(client, people.below[0].query)
    assert one.context["told"].score == 750_000
    assert "6 counted" in one.content.decode()
    assert len(one.context["rows"]) == 1
    (told,) = explain(client, "department=ke-operations&type=own-uptime").context["told"].below
    assert told.query == f"department=ke-operations&type=own-uptime&unit={unit.pk}"
    answer = explain(client, told.query)
    assert (answer.context["told"].score, len(answer.context["rows"])) == (0, 1)
    assert "below the threshold" in answer.content.decode()


def test_without_a_number_of_its_own_one_is_led_to_the_report(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    assert explain(client, "")["Location"] == f"{MONTH}/"


@pytest.mark.parametrize(
    ("person", "query", "status"),
    [
        ("lead", "department=ke-operations&type=issue", 200),
        ("lead", "department=ke-finance&type=issue", 404),
        ("mate", "department=ke-operations&type=issue", 404),
        ("mate", "type=issue", 200),
        ("manager", "department=ke-finance&type=issue", 200),
        ("manager", "department=ke-finance&type=nothing", 404),
        ("manager", "department=ke-finance&group=0", 404),
        ("manager", "department=ke-finance&unit=0", 404),
        ("submitter", "type=issue", 404),
    ],
)
def test_what_one_may_not_read_is_not_there(
    client: Client, october: Cast, person: str, query: str, status: int
) -> None:
    client.force_login(getattr(october, person))
    assert (work(client, query).status_code, explain(client, query).status_code) == (status, status)


def test_an_agent_sees_own_work_alone(client: Client, october: Cast) -> None:
    cast = october
    assert owners(client, cast.mate) == {cast.mate}
    assert owners(client, cast.other_agent) == {cast.other_agent}


def owners(client: Client, person: User) -> set[User | None]:
    client.force_login(person)
    return {row.item.owner for row in work(client).context["rows"]}
