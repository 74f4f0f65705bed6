"""The what-if board: the month under other targets, exactly as applying them would leave it, and nothing saved."""

from typing import Any

import pytest
from django.test import Client

from kpi import plans
from kpi.models import Cell, KpiItem, TypeVersion
from tests.cast import Cast, local
from tests.kpi.past import apply, october, proposed, scores, worked

pytestmark = pytest.mark.django_db
PAGE = "/performance/what-if/"


@pytest.fixture
def month(client: Client, cast: Cast) -> Client:
    """The manager, after a month of work."""
    october(cast)
    client.force_login(cast.manager)
    return client


def wish(**fields: str) -> dict[str, str]:
    return {
        "type": "issue", "month": "2026-10", "try": "1", "response_target": "15", "resolution_target": "240",
        "response_weight": "50", "resolution_weight": "50", "weight": "1", "pass_mark": "95", **fields,
    }  # fmt: skip


def test_the_form_starts_with_what_is_in_force(month: Client) -> None:
    form = month.get(PAGE, {"type": "issue", "month": "2026-10"}).context["form"]
    assert [form[name].value() for name in ("response_target", "resolution_target", "weight", "pass_mark")] == [
        "30",
        "240",
        "1",
        "95",
    ]


def test_the_board_is_what_applying_would_make_of_the_month(month: Client, cast: Cast) -> None:
    before = scores()
    cells = list(Cell.objects.order_by("pk").values())
    board = month.get(PAGE, wish()).context["board"]
    assert (scores(), list(Cell.objects.order_by("pk").values())) == (before, cells)
    version = TypeVersion.objects.get(type=cast.issue)
    version.parameters = {"response_target": 15, "resolution_target": 240}
    apply(proposed(cast, plans.saving(version)), cast)
    now = scores()
    flipped = {one.work.item.pk: (one.after.value, one.after.passed, one.after.not_counted) for one in board.flips}
    assert flipped == {pk: now[pk] for pk in now if now[pk] != before[pk]}
    assert flipped != {}
    again = month.get(PAGE, wish()).context["board"]
    said = [(line.name, line.type_after, line.after) for line in (*board.places, *board.people)]
    assert said == [(line.name, line.type_before, line.before) for line in (*again.places, *again.people)]
    assert again.flips == []


def test_a_pass_mark_turns_the_verdict_of_the_type_alone(month: Client) -> None:
    board = month.get(PAGE, wish(response_target="30", pass_mark="10")).context["board"]
    line = next(line for line in board.places if line.name == "Kenya / Operations")
    assert (line.passes_before, line.passes_after, board.flips) == (False, True, [])
    assert line.type_before == line.type_after


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"response_target": "soon"}, "Enter"),
        ({"response_weight": "60"}, "The weights must add up to 100; they add up to 110"),
        ({"weight": "0"}, "Enter the weight in the group as a whole number from 1 to 1000"),
        ({"pass_mark": "101"}, "Enter the pass mark as points from 0 to 100"),
        ({"pass_mark": ""}, "Enter the pass mark as points from 0 to 100"),
        ({"month": "october"}, "Enter the month as yyyy-mm"),
        ({"type": "nothing"}, "Choose a type from the list"),
    ],
)
def test_what_cannot_be_tried_is_refused_beside_its_field(month: Client, fields: dict[str, str], words: str) -> None:
    answer = month.get(PAGE, wish(**fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "There is a problem" in page


def test_month_rules_are_read_anew(month: Client, cast: Cast) -> None:
    KpiItem.objects.all().delete()
    Cell.objects.all().delete()
    type_ = project(cast)
    work_of(cast, type_, 9)
    fields = {"type": "project", "target": "18", "weight": "1", "pass_mark": "95", "month": "2026-10", "try": "1"}
    board = month.get(PAGE, fields).context["board"]
    line = next(line for line in board.people if line.name == cast.assignee.name)
    assert (line.type_before, line.type_after) == (900_000, 500_000)


def project(cast: Cast) -> Any:
    from kpi.models import KpiType

    type_ = KpiType.objects.create(code="project", name="Project", rule="project")
    TypeVersion.objects.create(type=type_, valid_from="2026-01-01", group=cast.group, parameters={"target": 10})
    return type_


def work_of(cast: Cast, type_: Any, count: int) -> None:
    from kpi import ledger
    from kpi.models import WorkState

    facts = ledger.Facts(
        type=type_, department=cast.department, date=local(6, 9).date(), owner=cast.assignee, state=WorkState.DONE,
        metrics={"count": count}, source="typed",
    )  # fmt: skip
    ledger.enter([facts], at=local(6, 9))


@pytest.mark.parametrize("who", ["submitter", "assignee", "lead"])
def test_only_management_and_admins_try(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(PAGE).status_code == 404


def test_a_month_that_is_too_large_says_so(month: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpi.what_if.MOST", 2)
    answer = month.get(PAGE, wish())
    assert "board" not in answer.context
    assert "the board judges at most 2" in answer.content.decode()


def test_a_month_without_work_says_so(month: Client, cast: Cast) -> None:
    worked(cast, local(2, 9, month=11))
    page = month.get(PAGE, wish(month="2026-07")).content.decode()
    assert "0 items judged" in page


def test_it_opens_with_the_first_type(month: Client, cast: Cast) -> None:
    page = month.get(PAGE)
    assert page.context["form"]["response_target"].value() == "30"
    assert page.context["type"] == cast.issue
