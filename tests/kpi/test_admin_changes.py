"""The admin's doors to the past: what reaches back is previewed, everything else is saved at once."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import SettingsChange
from kpi.models import Change, DepartmentType, KpiItem, ReplacedDay, TypeVersion, WorkingHours
from tests.cast import Cast, local
from tests.kpi.past import october, scores, told, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client: Client, cast: Cast) -> Client:
    """The admin, signed in, after a month of work."""
    october(cast)
    client.force_login(cast.admin)
    return client


def only() -> Change:
    return Change.objects.get()


def address(change: Change) -> str:
    return f"/admin/kpi/change/{change.pk}/change/"


def post_version(house: Client, cast: Cast, **fields: Any) -> HttpResponse:
    row = TypeVersion.objects.get(type=cast.issue)
    form = {
        "type": cast.issue.pk, "valid_from": "2026-01-01", "group": cast.group.pk, "weight": "1", "pass_mark": "95",
        "response_target": "15", "resolution_target": "240", "response_weight": "50", "resolution_weight": "50",
    }  # fmt: skip
    return house.post(f"/admin/kpi/typeversion/{row.pk}/change/", form | fields)


def test_an_edited_version_of_the_past_leads_to_its_preview(house: Client, cast: Cast) -> None:
    before = scores()
    answer = post_version(house, cast)
    assert answer["Location"] == address(only())
    assert TypeVersion.objects.get(type=cast.issue).parameters["response_target"] == 30
    page = house.get(answer["Location"]).content.decode()
    assert "Type version Issue (2026-01-01) changed" in page
    assert "<td>30 min</td><td>15 min</td>" in page
    assert scores() == before
    assert not SettingsChange.objects.filter(content_type__model="typeversion", action=1).exists()


def test_applying_needs_a_reason_and_then_does_what_was_shown(house: Client, cast: Cast) -> None:
    before = scores()
    post_version(house, cast)
    change = only()
    refused = house.post(address(change), {"apply": "1", "reason": " "})
    assert refused.status_code == 422
    assert "Enter the reason; it stays in the history." in refused.content.decode()
    house.post(address(change), {"apply": "1", "reason": "Signed on 1 November"})
    change.refresh_from_db()
    assert (change.state, change.reason, change.decided_by) == ("applied", "Signed on 1 November", cast.admin)
    assert scores() == before | told(change)
    assert "Signed on 1 November" in house.get("/admin/kpi/change/").content.decode()
    entry = SettingsChange.objects.filter(content_type__model="typeversion").latest("pk")
    assert entry.actor == cast.admin


def test_only_from_a_date_previews_again(house: Client, cast: Cast) -> None:
    post_version(house, cast)
    change = only()
    assert house.post(address(change), {"narrow": "1", "since": ""}).status_code == 422
    house.post(address(change), {"narrow": "1", "since": "2026-10-12"})
    change.refresh_from_db()
    assert (change.state, change.from_date) == ("previewed", date(2026, 10, 12))
    assert min(change.items.values_list("item__date", flat=True)) >= date(2026, 10, 12)
    house.post(address(change), {"all": "1"})
    change.refresh_from_db()
    assert change.from_date is None


def test_what_changed_since_is_named_and_confirmed(house: Client, cast: Cast) -> None:
    post_version(house, cast)
    change = only()
    late = worked(cast, local(29, 9))
    house.post(address(change), {"apply": "1", "reason": "Signed"})
    change.refresh_from_db()
    assert change.state == "previewed"
    page = house.get(address(change)).content.decode()
    assert f'href="/profile/performance/item/{late.pk}/"' in page
    assert "1 item is not as the preview saw it" in page
    house.post(address(change), {"apply": "1", "reason": "Signed", "confirmed": change.summary["confirm"]})
    change.refresh_from_db()
    assert change.state == "applied"
    late.refresh_from_db()
    assert late.result["parts"][0]["target"] == 15 * 60


def test_cancelled_is_cancelled(house: Client, cast: Cast) -> None:
    post_version(house, cast)
    house.post(address(only()), {"cancel": "1"})
    assert only().state == "cancelled"
    house.post(address(only()), {"apply": "1", "reason": "Signed"})
    assert (only().state, TypeVersion.objects.get(type=cast.issue).parameters["response_target"]) == ("cancelled", 30)


def test_a_version_of_the_future_is_saved_at_once(house: Client, cast: Cast) -> None:
    form = {
        "type": cast.issue.pk, "valid_from": "2199-01-01", "group": cast.group.pk, "weight": "1", "pass_mark": "95",
        "response_target": "15", "resolution_target": "240", "response_weight": "50", "resolution_weight": "50",
    }  # fmt: skip
    assert house.post("/admin/kpi/typeversion/add/", form)["Location"] == f"/admin/kpi/kpitype/{cast.issue.pk}/change/"
    assert TypeVersion.objects.filter(type=cast.issue).count() == 2
    assert not Change.objects.exists()


def test_saving_without_a_difference_makes_no_change(house: Client, cast: Cast) -> None:
    post_version(house, cast, response_target="30")
    assert not Change.objects.exists()


@pytest.mark.parametrize("kind", ["holiday", "hours", "map"])
def test_everything_that_reaches_back_goes_this_way(house: Client, cast: Cast, kind: str) -> None:
    forms = {
        "holiday": ("replacedday", {"country": cast.country.pk, "date": "2026-10-06", "name": "Election Day",
                                    "source": "manual"}),
        "hours": ("workinghours", {"country": cast.country.pk, "valid_from": "2026-10-01"}),
        "map": ("departmenttype", {"department": cast.department.pk, "type": cast.issue.pk,
                                   "valid_from": "2026-10-01"}),
    }  # fmt: skip
    model, form = forms[kind]
    rows = {"holiday": ReplacedDay, "hours": WorkingHours, "map": DepartmentType}[kind].objects
    before = rows.count()
    answer = house.post(f"/admin/kpi/{model}/add/", form)
    assert (answer["Location"], rows.count()) == (address(only()), before)
    house.post(address(only()), {"apply": "1", "reason": "As decreed"})
    assert (only().state, rows.count()) == ("applied", before + 1)


def test_deleting_one_or_many_goes_this_way_too(house: Client, cast: Cast) -> None:
    day = ReplacedDay.objects.get()
    answer = house.post(f"/admin/kpi/replacedday/{day.pk}/delete/", {"post": "yes"})
    assert answer["Location"] == address(only())
    data = {"action": "delete_selected", "_selected_action": [str(day.pk)], "confirmed": "1"}
    answer = house.post("/admin/kpi/replacedday/", data)
    assert answer["Location"] == address(Change.objects.order_by("-pk")[0])
    assert list(ReplacedDay.objects.all()) == [day]
    version = TypeVersion.objects.get(type=cast.issue)
    house.post(f"/admin/kpi/typeversion/{version.pk}/delete/", {"post": "yes"})
    change = Change.objects.order_by("-pk")[0]
    house.post(address(change), {"apply": "1", "reason": "A mistake"})
    assert not TypeVersion.objects.filter(pk=version.pk).exists()
    assert set(KpiItem.objects.filter(type=cast.issue, state="done").values_list("not_counted", flat=True)) == {
        "metrics_missing"
    }


def test_days_of_the_future_are_deleted_at_once(house: Client, cast: Cast) -> None:
    ReplacedDay.objects.create(country=cast.country, date=date(2199, 1, 1), name="New Year")
    day = ReplacedDay.objects.get(date=date(2199, 1, 1))
    house.post(f"/admin/kpi/replacedday/{day.pk}/delete/", {"post": "yes"})
    assert (ReplacedDay.objects.count(), Change.objects.count()) == (1, 0)


def test_management_looks_and_decides_nothing(house: Client, cast: Cast) -> None:
    post_version(house, cast)
    client = Client()
    client.force_login(cast.manager)
    page = client.get(address(only())).content.decode()
    assert "What it moves" in page
    assert "Apply to all" not in page
    for word in ("apply", "cancel", "narrow", "all"):
        assert client.post(address(only()), {word: "1", "reason": "x"}).status_code == 403
    assert only().state == "previewed"


def test_the_page_of_many_tells_how_far_it_is(house: Client, cast: Cast) -> None:
    post_version(house, cast)
    Change.objects.update(state="applying", done=3, total=12, written=True)
    page = house.get(address(only())).content.decode()
    assert "3 of 12 items, 25 %" in page
