"""The page of a KPI type in Django admin: versions by date, the way to a new one, and the box to try."""

import re
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from kpi.models import Cell, KpiGroup, KpiItem, KpiType, TypeVersion
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = "2026-10-07T09:00:00Z"
ROW = r'field-name"><a [^>]+>([^<]+)</a>.+?field-group_now[^>]*>([^<]+)<.+?field-since[^>]*>([^<]+)<'


@pytest.fixture
def house(client: Client, cast: Cast) -> Any:
    """The admin, signed in, on 7 October 2026."""
    with time_machine.travel(TODAY, tick=False):
        client.force_login(cast.admin)
        yield client


def page_of(type_: KpiType) -> str:
    return f"/admin/kpi/kpitype/{type_.pk}/change/"


def add_version(type_: KpiType, cast: Cast, valid_from: str, **parameters: Any) -> TypeVersion:
    return TypeVersion.objects.create(type=type_, valid_from=valid_from, group=cast.group, parameters=parameters)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def stored() -> tuple[Any, ...]:
    """Every row that trying could touch."""
    models = (KpiType, TypeVersion, KpiItem, Cell, LogEntry)
    return tuple(list(model.objects.order_by("pk").values()) for model in models)


def test_the_list_says_what_each_type_means_today(house: Client, cast: Cast) -> None:
    KpiType.objects.create(code="bare", name="Bare", rule="uptime")
    care = KpiGroup.objects.create(name="Care")
    TypeVersion.objects.create(type=cast.issue, valid_from="2026-10-07", group=care)
    TypeVersion.objects.create(type=cast.request, valid_from="2026-10-08", group=care)
    page = text(house.get("/admin/kpi/kpitype/"))
    rows = {name: (group, since) for name, group, since in re.findall(ROW, page)}
    assert rows == {
        "Bare": ("no version yet", "-"),
        "Issue": ("Care", "7 Oct 2026"),
        "Request": ("Issue", "1 Jan 2026"),
    }


def test_versions_are_listed_newest_first_with_the_one_in_force_marked(house: Client, cast: Cast) -> None:
    add_version(cast.issue, cast, "2026-10-01", response_target=20, resolution_target=200)
    add_version(cast.issue, cast, "2027-01-01", response_target=10, resolution_target=100)
    answer = house.get(page_of(cast.issue))
    assert [
        (str(line.version.valid_from), line.state, str(line.until), line.parameters["Response target"])
        for line in answer.context["lines"]
    ] == [
        ("2027-01-01", "later", "None", "10 min"),
        ("2026-10-01", "now", "2026-12-31", "20 min"),
        ("2026-01-01", "past", "2026-09-30", "30 min"),
    ]
    versions = TypeVersion.objects.filter(type=cast.issue)
    assert [pk for pk in versions.values_list("pk", flat=True) if f"typeversion/{pk}/change/" not in text(answer)] == []


def test_the_first_version_is_in_force_before_it_begins(house: Client, cast: Cast) -> None:
    type_ = KpiType.objects.create(code="late", name="Late", rule="rr")
    add_version(type_, cast, "2027-01-01", response_target=1, resolution_target=1)
    assert [line.state for line in house.get(page_of(type_)).context["lines"]] == ["now"]


def test_a_new_type_leads_to_its_first_version(house: Client, cast: Cast) -> None:
    answer = house.post("/admin/kpi/kpitype/add/", {"name": "Call", "code": "call", "rule": "ic-completion"})
    made = KpiType.objects.get(code="call")
    assert answer["Location"] == f"/admin/kpi/typeversion/add/?type={made.pk}"
    form = house.get(answer["Location"]).context["adminform"].form
    assert [form[name].value() for name in ("type", "target")] == [str(made.pk), "100"]
    assert str(form["valid_from"].value()) == "2026-10-01"


def test_a_rule_leads_to_a_type_of_its_own(house: Client, cast: Cast) -> None:
    form = house.get("/admin/kpi/kpitype/add/?rule=uptime").context["adminform"].form
    assert form["rule"].value() == "uptime"


def test_enter_in_a_field_of_a_version_saves(house: Client, cast: Cast) -> None:
    """The button that stands first in the form is the one that Enter presses."""
    page = text(house.get(f"/admin/kpi/typeversion/add/?type={cast.issue.pk}"))
    form = page[page.index('id="typeversion_form"') :]
    assert re.findall(r'name="(_save|_try|_continue|_addanother)"', form)[0] == "_save"


def test_a_type_without_a_version_says_so(house: Client, cast: Cast) -> None:
    page = text(house.get(page_of(KpiType.objects.create(code="bare", name="Bare", rule="rr"))))
    assert "It has no version yet" in page
    assert "Add the first version" in page
    assert "Try it" not in page
    assert "Clone this type" not in page


def test_a_name_that_is_taken_is_refused_beside_it(house: Client, cast: Cast) -> None:
    answer = house.post("/admin/kpi/kpitype/add/", {"name": "Issue", "code": "issue", "rule": "rr"})
    assert answer.context["adminform"].form.errors == {
        "name": ["Another KPI type has this already."],
        "code": ["Another KPI type has this already."],
    }


def test_another_version_starts_as_the_one_in_force(house: Client, cast: Cast) -> None:
    old = TypeVersion.objects.get(type=cast.issue)
    old.weight, old.pass_mark = 3, 90
    old.parameters |= {"priority_targets": {"emergency": {"response_target": 5}}}
    old.save()
    add_version(cast.issue, cast, "2027-01-01", response_target=1, resolution_target=1)
    form = house.get(f"/admin/kpi/typeversion/add/?type={cast.issue.pk}").context["adminform"].form
    names = ("group", "weight", "pass_mark", "response_target", "priority_targets.emergency.response_target")
    assert [form[name].value() for name in names] == [cast.group.pk, 3, 90, "30", "5"]
    assert str(form["valid_from"].value()) == "2026-11-01"


def version(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "type": cast.issue.pk,
        "valid_from": "2026-11-01",
        "group": cast.group.pk,
        "weight": "1",
        "pass_mark": "95",
        "response_target": "30",
        "resolution_target": "240",
        "response_weight": "50",
        "resolution_weight": "50",
        **fields,
    }


def test_a_saved_version_is_shown_on_the_page_of_its_type(house: Client, cast: Cast) -> None:
    answer = house.post("/admin/kpi/typeversion/add/", version(cast))
    assert answer["Location"] == page_of(cast.issue)
    assert [line.state for line in house.get(answer["Location"]).context["lines"]] == ["later", "now"]


@pytest.mark.parametrize(
    ("weights", "errors"),
    [
        (("70", "40"), {"resolution_weight": ["The weights must add up to 100; they add up to 110"]}),
        (("30", "40"), {"resolution_weight": ["The weights must add up to 100; they add up to 70"]}),
        (("", "100"), {"response_weight": ["Enter a whole number from 0 to 100 for Weight of response"]}),
        (("x", "100"), {"response_weight": ["Enter a whole number from 0 to 100 for Weight of response"]}),
    ],
)
def test_weights_that_do_not_add_up_name_the_sum_that_is_seen(
    house: Client, cast: Cast, weights: tuple[str, str], errors: dict[str, list[str]]
) -> None:
    typed = version(cast, response_weight=weights[0], resolution_weight=weights[1])
    answer = house.post("/admin/kpi/typeversion/add/", typed)
    assert answer.context["adminform"].form.errors == errors
    assert TypeVersion.objects.filter(type=cast.issue).count() == 1


FIGURES = {"try": "1", "m_response_seconds": "30", "m_resolution_seconds": "240,5"}


def test_the_box_of_a_type_judges_by_the_version_in_force_and_saves_nothing(house: Client, cast: Cast) -> None:
    before = stored()
    answer = house.get(page_of(cast.issue), FIGURES)
    assert answer.context["tried"].sentence in text(answer)
    assert answer.context["tried"].sentence == (
        "Response took 30 min against a target of 30 min, resolution 4 h 0 min 30 s against 4 h: 50.0 points."
    )
    assert (answer.status_code, answer.context["tried"].passed) == (200, False)
    assert stored() == before


def test_the_box_judges_by_the_version_of_the_date(house: Client, cast: Cast) -> None:
    type_ = KpiType.objects.create(code="report", name="Report", rule="submit")
    add_version(type_, cast, "2026-01-01", cutoff="17:00")
    add_version(type_, cast, "2026-11-01", cutoff="12:00")
    figures = {"try": "1", "m_submit_time": "16:00"}
    days = ("2026-10-30", "2026-11-02")
    tried = [house.get(page_of(type_), {**figures, "try_date": day}).context["tried"].passed for day in days]
    assert tried == [True, False]


@pytest.mark.parametrize(
    ("figures", "errors"),
    [
        (
            {"m_response_seconds": "1e3", "m_resolution_seconds": "5"},
            {"m_response_seconds": ["Enter the response time in minutes, 0 or more"]},
        ),
        ({}, {"m_response_seconds": ["Enter the response time in minutes, 0 or more"]}),
        ({"m_response_seconds": "1", "try_priority": "soon"}, {"try_priority": ["Choose from the list"]}),
    ],
)
def test_what_cannot_be_tried_is_refused_beside_the_field_and_kept(
    house: Client, cast: Cast, figures: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = house.get(page_of(cast.issue), {"try": "1", **figures})
    box = answer.context["box"]
    assert (answer.status_code, answer.context["tried"], box.errors) == (422, None, errors)
    assert {name: box[name].value() for name in figures} == figures


def test_management_tries_and_changes_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    answer = client.get(page_of(cast.issue), FIGURES)
    assert answer.context["tried"].passed is False
    assert "Clone this type" not in text(answer)
    assert "Add a version from a date" not in text(answer)
    assert client.post("/admin/kpi/typeversion/try/", version(cast) | FIGURES).status_code == 403


def test_who_may_only_look_at_a_version_has_nothing_to_type_into(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    answer = client.get(f"/admin/kpi/typeversion/{TypeVersion.objects.get(type=cast.issue).pk}/change/")
    assert (answer.status_code, answer.context["box"]) == (200, None)
    assert "Response target: 30 min" in text(answer)


def test_the_live_answer_is_the_score_alone(house: Client, cast: Cast) -> None:
    answer = house.get(f"/admin/kpi/kpitype/{cast.issue.pk}/try/", FIGURES)
    assert "resolution 4 h 0 min 30 s against 4 h: 50.0 points." in text(answer)
    assert "The score would be 50.0." in text(answer)
    assert "<html" not in text(answer)


def test_live_tells_what_is_wrong_with_what_is_typed_and_asks_for_nothing_else(house: Client, cast: Cast) -> None:
    url = f"/admin/kpi/kpitype/{cast.issue.pk}/try/"
    assert "Enter what an agent would" in text(house.get(url, {"try": "1"}))
    wrong = text(house.get(url, {"try": "1", "m_resolution_seconds": "x"}))
    assert "<li>Enter the resolution time in minutes, 0 or more</li>" in wrong
    assert "response time" not in wrong


def test_a_version_tries_what_is_typed_and_saves_nothing(house: Client, cast: Cast) -> None:
    stored_version = TypeVersion.objects.get(type=cast.issue)
    url = f"/admin/kpi/typeversion/{stored_version.pk}/change/"
    before = stored()
    typed = version(cast, response_target="29", response_weight="90", resolution_weight="10", _try="Try it")
    answer = house.post(url, typed | FIGURES)
    assert answer.status_code == 200
    assert answer.context["tried"].formula == [(90, "0.0"), (10, "0.0")]
    form = answer.context["adminform"].form
    assert (form["response_target"].value(), form["valid_from"].value(), form.errors) == ("29", "2026-11-01", {})
    assert stored() == before


def test_a_new_version_is_tried_before_it_has_a_date(house: Client, cast: Cast) -> None:
    answer = house.post("/admin/kpi/typeversion/add/", version(cast, valid_from="", _try="Try it") | FIGURES)
    assert (answer.status_code, answer.context["tried"].passed) == (200, False)
    assert answer.context["adminform"].form.errors == {}
    assert TypeVersion.objects.filter(type=cast.issue).count() == 1


def test_parameters_that_cannot_be_tried_are_refused_beside_them(house: Client, cast: Cast) -> None:
    answer = house.post("/admin/kpi/typeversion/add/", version(cast, response_weight="60", _try="Try it") | FIGURES)
    assert (answer.status_code, answer.context["tried"]) == (422, None)
    assert answer.context["adminform"].form.errors == {
        "resolution_weight": ["The weights must add up to 100; they add up to 110"]
    }
    assert answer.context["box"]["m_response_seconds"].value() == "30"


def test_who_saves_with_an_empty_box_is_told_of_what_is_saved_alone(house: Client, cast: Cast) -> None:
    """The box says what is wrong with a figure that is typed in it, not that it was left empty."""
    wrong = version(cast, response_weight="60", **{"try": "1"})
    for figures, told in (({}, []), ({"m_response_seconds": "soon"}, ["m_response_seconds"])):
        box = house.post("/admin/kpi/typeversion/add/", wrong | figures).context["box"]
        assert [one.name for one in box if one.errors] == told


def test_the_live_answer_of_a_version_names_the_sum(house: Client, cast: Cast) -> None:
    url = "/admin/kpi/typeversion/try/"
    assert "50.0 points." in text(house.post(url, version(cast) | FIGURES))
    wrong = text(house.post(url, version(cast, response_weight="60") | FIGURES))
    assert "<li>The weights must add up to 100; they add up to 110</li>" in wrong


def test_a_person_with_a_target_of_their_own_can_be_chosen(house: Client, cast: Cast) -> None:
    type_ = KpiType.objects.create(code="roll-out", name="Roll-out", rule="project")
    own = [{"owner": cast.mate.pk, "from": "2026-09", "value": 40}]
    add_version(type_, cast, "2026-01-01", target=10, owner_targets=own)
    figures = {"try": "1", "m_count": "10", "try_date": "2026-10-01"}
    people = {"": 100, str(cast.mate.pk): 25}
    scores = {
        person: house.get(page_of(type_), {**figures, "try_person": person}).context["tried"].score.value / 10_000
        for person in people
    }
    assert scores == people


def test_closing_is_tried_on_the_calendar_of_a_department(house: Client, cast: Cast) -> None:
    type_ = KpiType.objects.create(code="finding", name="Finding", rule="ic-closure")
    add_version(type_, cast, "2026-01-01", target=480)
    figures = {"try": "1", "m_found_at": "2026-10-19T08:00", "m_closed_at": "2026-10-21T08:00"}
    sentences = {
        place: house.get(page_of(type_), {**figures, "try_place": place}).context["tried"].sentence.split(" of ")[0]
        for place in ("", str(cast.department.pk))
    }
    # 20 October is a holiday in Kenya, where nobody breaks for lunch.
    assert sentences == {
        "": "From find to close took 16 h",
        str(cast.department.pk): "From find to close took 9 h",
    }
