"""Imported work corrected or removed by an admin: scored anew, its cells equal a rebuild, the reason written down."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.audit_words import lines
from accounts.models import SettingsChange
from kpi import cells, ledger, locks
from kpi.ledger import Facts
from kpi.models import Cell, KpiItem, WorkState
from tests.cast import Cast, local, make_ticket
from tests.kpi.excel.workbooks import MONDAY, typed_type, unit
from tickets.states import Status

NOW = local(25, 12, month=11)
WHY = "The file had the wrong person."


@pytest.fixture
def item(cast: Cast) -> KpiItem:
    """Accuracy of Asha on 5 October: 97.5 and 99, as an import would enter it."""
    type_ = typed_type(cast, "accuracy", name="Accuracy")
    facts = Facts(
        type=type_,
        department=cast.department,
        date=MONDAY,
        owner=cast.assignee,
        state=WorkState.DONE,
        metrics={"response_accuracy": 97.5, "data_accuracy": 99},
        source="imported",
        external_id="A-1",
    )
    return ledger.enter([facts], at=NOW)[0]


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def page(item: KpiItem, rest: str = "imported/") -> str:
    return f"/admin/kpi/kpiitem/{item.pk}/{rest}"


def typed(cast: Cast, **changes: Any) -> dict[str, Any]:
    form = {
        "owner": cast.assignee.email, "department": cast.department.pk, "date": "2026-10-05",
        "response_accuracy": "97,5", "data_accuracy": "99", "why": WHY,
    }  # fmt: skip
    return {**form, **changes}


def test_a_correction_is_scored_and_written_down(house: Client, cast: Cast, item: KpiItem) -> None:
    shown = house.get(page(item)).context["form"]
    assert (shown.initial["response_accuracy"], shown.initial["owner"]) == ("97.5", cast.assignee.email)
    answer = house.post(page(item), typed(cast, owner=cast.mate.email, response_accuracy="47,5", date="2026-09-30"))
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.owner, item.month, item.value, item.passed) == (cast.mate, date(2026, 9, 1), 750_000, False)
    assert (item.source, item.external_id) == ("imported", "A-1")
    assert {cell.owner: cell.counted for cell in Cell.objects.all()} == {cast.assignee: 0, cast.mate: 1}
    assert cells.drift() == []
    written = SettingsChange.objects.get(object_id=item.pk, content_type__model="kpiitem")
    assert written.actor == cast.admin
    assert [str(line) for line in lines(written)] == [
        "Date: 2026-10-05 → 2026-09-30",
        "Owner: Asha Assignee → Moses Mate",
        f"Reason: – → {WHY}",
        "Response accuracy: 97.5 → 47.5",
    ]


def test_the_same_again_changes_nothing(house: Client, cast: Cast, item: KpiItem) -> None:
    answer = house.post(page(item), typed(cast), follow=True)
    assert "Nothing was changed." in answer.content.decode()
    assert not SettingsChange.objects.filter(content_type__model="kpiitem").exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"why": " "}, "why", "Say why; the reason stands in the audit log"),
        ({"owner": "nobody@example.org"}, "owner", "No agent has this address"),
        ({"department": "0"}, "department", "Choose a department of the list"),
        ({"date": "soon"}, "date", "Enter a real date, such as 2026-11-19"),
        ({"date": "0001-01-01"}, "date", "Enter a real date, such as 2026-11-19"),
        ({"date": "2099-01-01"}, "date", "This date is in the future"),
        ({"response_accuracy": "101"}, "response_accuracy", "Enter the response accuracy as a percentage"),
        ({"response_accuracy": "", "data_accuracy": ""}, "response_accuracy", "Enter the response accuracy, the data"),
    ],
)
def test_refusals_stand_beside_their_field(
    house: Client, cast: Cast, item: KpiItem, changes: dict[str, Any], field: str, sentence: str
) -> None:
    answer = house.post(page(item), typed(cast, **changes))
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert KpiItem.objects.get().value == item.value


def test_no_item_moves_out_of_a_locked_month(
    house: Client, cast: Cast, item: KpiItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "locked_among", lambda wanted: {date(2026, 10, 1)} & set(wanted))
    assert "October 2026 is locked: its report stays as it is" in house.get(page(item)).content.decode()
    answer = house.post(page(item), typed(cast, date="2026-09-30"))
    assert "October 2026 is locked" in str(answer.context["form"].errors["date"])


def test_reported_uptime_keeps_its_reporter(house: Client, cast: Cast) -> None:
    router = unit(cast)
    facts = Facts(
        type=typed_type(cast, "uptime"), department=cast.department, date=MONDAY, reporter=cast.assignee,
        state=WorkState.DONE, metrics={"unit": router.pk, "downtime_minutes": 0}, source="imported", external_id="U-1",
    )  # fmt: skip
    item = ledger.enter([facts], at=NOW)[0]
    form = typed(cast, owner=cast.mate.email, unit=router.pk, downtime_minutes="0")
    assert house.post(page(item), form).status_code == 302
    item.refresh_from_db()
    assert (item.owner, item.reporter, item.unit) == (None, cast.mate, router)
    wrong = house.post(page(item), {**form, "department": cast.other_department.pk})
    assert "unit" in wrong.context["form"].errors


def test_removing_asks_for_the_reason_and_leaves_a_trace(house: Client, cast: Cast, item: KpiItem) -> None:
    removal = page(item, "imported/removal/")
    assert house.post(removal, {"why": ""}).status_code == 422
    assert "A-1 is removed from its month." in house.post(removal, {"why": WHY}, follow=True).content.decode()
    assert KpiItem.objects.count() == 0
    assert Cell.objects.get().counted == 0
    assert cells.drift() == []
    written = SettingsChange.objects.get(object_id=item.pk, content_type__model="kpiitem")
    assert f"Reason: – → {WHY}" in map(str, lines(written))


def test_work_of_a_ticket_is_not_touched_here(house: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, status=Status.CLOSED)
    for rest in ("imported/", "imported/removal/"):
        assert house.get(f"/admin/kpi/kpiitem/{ticket.item_id}/{rest}").status_code == 404
    assert "Correct or remove" not in house.get(f"/admin/kpi/kpiitem/{ticket.item_id}/change/").content.decode()


def test_the_item_leads_to_its_correction(house: Client, item: KpiItem) -> None:
    assert page(item) in house.get(f"/admin/kpi/kpiitem/{item.pk}/change/").content.decode()


def test_who_is_quicker_is_told_of_once_and_not_undone_unseen(house: Client, cast: Cast, item: KpiItem) -> None:
    """Two admins have the item open; the second would put the old date back without having touched it."""
    seen = house.get(page(item)).context["form"]["seen"].value()
    house.post(page(item), typed(cast, seen=seen, date="2026-10-06"))
    late = house.post(page(item), typed(cast, seen=seen, data_accuracy="98"))
    assert late.status_code == 422
    assert late.context["form"].non_field_errors() == [
        "Somebody else corrected this while you had it open. Save again to keep what you typed."
    ]
    item.refresh_from_db()
    assert (item.date, item.metrics["data_accuracy"]) == (date(2026, 10, 6), 99)
    again = late.context["form"]["seen"].value()
    assert house.post(page(item), typed(cast, seen=again, data_accuracy="98")).status_code == 302
    item.refresh_from_db()
    assert (item.date, item.metrics["data_accuracy"]) == (MONDAY, 98)


def test_the_page_of_an_item_says_its_score_in_points_and_words(house: Client, item: KpiItem) -> None:
    """The ledger keeps ten-thousandths and JSON; nobody reads those."""
    shown = house.get(f"/admin/kpi/kpiitem/{item.pk}/change/").content.decode()
    assert "Response accuracy: 97.5 %, Data accuracy: 99 %" in shown
    assert "Response accuracy was 97.5 % against a target of" in shown
    assert str(item.value) not in shown
    assert "&quot;" not in shown


def test_what_is_removed_is_named_as_on_the_form(house: Client, item: KpiItem) -> None:
    shown = " ".join(house.get(page(item, "imported/removal/")).content.decode().split())
    assert '<th scope="row">Count as weekend/holiday work</th><td>no</td>' in shown
