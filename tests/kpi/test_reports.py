"""Reports: means of means from real rows, month rules, counts and reasons."""

from datetime import date
from fractions import Fraction

import pytest

from kpi import reports
from kpi.engine.score import FULL
from kpi.frames import load
from kpi.levels import CountryMonth, DepartmentMonth, TypeMonth
from kpi.models import Cell, KpiGroup, TypeVersion, WorkState
from tests.cast import Cast
from tests.kpi.months import EVER, MINUTE, OCTOBER, OVER, RUNNING, done, make, unit

HALF = {"response_seconds": 60, "resolution_seconds": 10**6}


def kenya(*, as_of: object = OVER) -> CountryMonth:
    """The country of the cast in October."""
    frame = load([OCTOBER], as_of=as_of)[OCTOBER]  # type: ignore[arg-type]
    return next(one for one in reports.countries(frame) if one.name == "Kenya")


def operations(*, as_of: object = OVER) -> DepartmentMonth:
    return next(one for one in kenya(as_of=as_of).departments if one.name == "Operations")


def row(code: str, *, as_of: object = OVER) -> TypeMonth:
    return next(one for one in operations(as_of=as_of).types if one.type.code == code)


def test_a_country_is_the_mean_of_its_departments_with_1_and_1000_tickets(cast: Cast) -> None:
    done(cast.issue, cast.assignee, EVER)
    done(cast.issue, cast.other_agent, MINUTE, number=1000)
    country = kenya()
    assert [(one.name, one.score, one.counted) for one in country.departments] == [
        ("Finance", FULL, 1000),
        ("Operations", 0, 1),
    ]
    assert (country.score, country.counted) == (FULL // 2, 1001)
    assert [one.name for one in country.terms] == ["Finance", "Operations"]


def test_a_department_is_the_plain_mean_of_groups_and_a_group_weighs_its_types(cast: Cast) -> None:
    TypeVersion.objects.filter(type=cast.request).update(weight=3)
    conduct = KpiGroup.objects.create(name="Conduct", position=2)
    reviews = make("reviews", "accuracy", conduct, [cast.department], data_target=100, response_target=100)
    done(cast.issue, cast.assignee, EVER)
    done(cast.request, cast.assignee, MINUTE)
    done(reviews, cast.assignee, {"response_accuracy": 50, "data_accuracy": 50})
    found = operations()
    groups = {one.name: (one.score, one.weights, one.weighted) for one in found.groups}
    assert groups == {"Issue": (Fraction(3 * FULL, 4), 4, True), "Conduct": (FULL // 2, 1, False)}
    assert found.score == Fraction(5 * FULL, 8)


def test_what_has_no_data_is_listed_and_left_out(cast: Cast) -> None:
    done(cast.issue, cast.assignee, HALF)
    country = kenya()
    assert [(one.name, one.score) for one in country.departments] == [("Finance", None), ("Operations", FULL // 2)]
    assert (country.score, [one.name for one in country.without_data]) == (FULL // 2, ["Finance"])
    assert (row("request").score, row("request").passes) == (None, None)


def test_a_type_row_has_counts_parts_reasons_and_a_verdict(cast: Cast) -> None:
    done(cast.issue, cast.assignee, MINUTE)
    done(cast.issue, cast.mate, HALF)
    done(cast.issue, cast.mate, MINUTE, day=date(2026, 10, 20))
    done(cast.issue, None, MINUTE, state=WorkState.REJECTED, department=cast.department)
    found = row("issue")
    assert (found.score, found.counted, found.passed, found.judged) == (750_000, 2, 1, 2)
    assert [(part.label, part.mean, part.n, part.met) for part in found.parts] == [
        ("Response", FULL, 2, 2),
        ("Resolution", FULL // 2, 2, 1),
    ]
    assert reports.reasons(found.not_counted) == [
        ("off_day", "Dated on a day off, without the tick", 1),
        ("rejected", "Rejected", 1),
    ]
    assert (found.passes, found.left_out) == (False, 2)
    assert [(one.name, one.score, one.left_out) for one in operations().owners] == [
        ("Asha Assignee", FULL, 0),
        ("Moses Mate", FULL // 2, 1),
    ]


def test_the_pass_mark_is_that_of_the_months_last_day(cast: Cast) -> None:
    done(cast.issue, cast.assignee, HALF)
    version = TypeVersion.objects.get(type=cast.issue)
    later = {"type": cast.issue, "group": version.group, "parameters": version.parameters}
    TypeVersion.objects.create(valid_from=date(2026, 10, 31), pass_mark=50, **later)
    TypeVersion.objects.create(valid_from=date(2026, 11, 1), pass_mark=60, **later)
    assert (row("issue").type.pass_mark, row("issue").passes) == ("50.0", True)


def test_a_project_type_is_the_mean_of_its_people(cast: Cast) -> None:
    own = [
        {"owner": cast.mate.pk, "from": "2026-10", "value": 4},
        {"owner": cast.lead.pk, "from": "2026-10", "value": 1},
    ]
    type_ = make("projects", "project", cast.group, [cast.department], target=2, owner_targets=own)
    done(type_, cast.assignee, {"count": 1})
    done(type_, cast.mate, {"count": 1}, number=5)
    running = row("projects", as_of=RUNNING)
    assert [(one.name, one.score.value, one.counted) for one in running.subjects] == [
        ("Asha Assignee", FULL // 2, 1),
        ("Lena Lead", None, 0),
        ("Moses Mate", FULL, 5),
    ]
    assert (running.score, running.passed, running.judged, running.counted) == (Fraction(3 * FULL, 4), 1, 2, 6)
    over = row("projects")
    assert (over.score, over.passed, over.judged) == (FULL // 2, 1, 3)
    assert [part.mean for part in over.parts] == [FULL // 2]


def test_an_own_target_counts_in_the_own_month_without_any_work(cast: Cast) -> None:
    own = [{"owner": cast.mate.pk, "from": "2026-10", "value": 4}]
    make("projects", "project", cast.group, [cast.department], target=2, owner_targets=own)
    assert [month.score for month in reports.owner_months(cast.mate, [date(2026, 9, 1), OCTOBER], as_of=OVER)] == [
        None,
        0,
    ]
    (running,) = reports.owner_months(cast.mate, [OCTOBER], as_of=RUNNING)
    assert (running.score, [row.name for row in running.types]) == (None, ["Projects"])


def test_an_owners_month_adds_amounts_of_all_departments_and_scores_them_once(cast: Cast) -> None:
    type_ = make("projects", "project", cast.group, [cast.department, cast.other_department], target=10)
    done(type_, cast.assignee, {"count": 4})
    done(type_, cast.assignee, {"count": 5}, department=cast.other_department)
    (month,) = reports.owner_months(cast.assignee, [OCTOBER], as_of=OVER)
    assert (month.score, month.counted) == (900_000, 2)
    assert [one.score for one in kenya().departments] == [500_000, 400_000]


def test_uptime_is_the_share_of_units_at_the_threshold_and_names_the_unreported(cast: Cast) -> None:
    type_ = make("servers", "uptime", cast.group, [cast.department], threshold=99.5, window="24x7")
    mail, web = unit(cast.department, "mail"), unit(cast.department, "web")
    unit(cast.department, "branch")
    unit(cast.department, "later", active_from=date(2026, 11, 1))
    done(type_, cast.lead, {"unit": mail.pk, "downtime_minutes": 0})
    down = {"unit": web.pk, "down_from": "2026-10-05T09:00", "downtime_minutes": 240}
    done(type_, cast.lead, down, number=2)  # overlapping downtime counts once
    found = row("servers")
    assert [(one.name, one.reported, one.score.value) for one in found.subjects] == [
        ("Branch", False, None),
        ("Mail", True, FULL),
        ("Web", True, 0),
    ]
    assert (found.score, found.passed, found.judged) == (FULL // 2, 1, 2)
    assert found.subjects[2].score.parts[0].measured == pytest.approx(99.462)
    assert [one.name for one in operations().owners] == []
    assert reports.owner_months(cast.lead, [OCTOBER], as_of=OVER)[0].groups == []


def test_a_running_month_measures_uptime_by_the_time_so_far(cast: Cast) -> None:
    type_ = make("servers", "uptime", cast.group, [cast.department], threshold=99, window="24x7")
    web = unit(cast.department, "web")
    done(type_, cast.lead, {"unit": web.pk, "down_from": "2026-10-05T09:00", "downtime_minutes": 240})
    assert [row("servers", as_of=at).score for at in (RUNNING, OVER)] == [0, FULL]


def test_reports_read_cells(cast: Cast) -> None:
    done(cast.issue, cast.assignee, MINUTE)
    Cell.objects.filter(owner=cast.assignee).update(total=420_000)
    assert kenya().score == 420_000
