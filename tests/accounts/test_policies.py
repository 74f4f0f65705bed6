import pytest

from accounts.models import Department
from accounts.policies import HEADINGS, KPI_WEB, PRESETS, apply_preset

POLICY_COLUMNS = set(KPI_WEB)


def test_a_new_department_has_the_products_own_policy() -> None:
    department = Department()
    assert {column: getattr(department, column) for column in POLICY_COLUMNS} == KPI_WEB


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_preset_sets_every_policy_and_nothing_else(preset: str) -> None:
    department = Department(code="x", name="X", notification_address="x@example.org")
    apply_preset(department, "service-desk")
    apply_preset(department, preset)
    values = PRESETS[preset][1]
    assert set(values) == POLICY_COLUMNS == {column for _heading, columns in HEADINGS for column in columns}
    assert {column: getattr(department, column) for column in POLICY_COLUMNS} == values
    assert (department.name, department.notification_address) == ("X", "x@example.org")


def test_what_the_presets_differ_in() -> None:
    """Domain section 10, bracketed values and the kinds of helpdesk."""
    differs = {
        name: {column for column, value in values.items() if value != KPI_WEB[column]}
        for name, (_label, values) in PRESETS.items()
    }
    assert differs == {
        "kpi-web": set(),
        "client-portal": {
            "clients_close",
            "clients_reopen",
            "reply_reopens",
            "ask_priority",
        },
        "partner-helpdesk": {"agents_assign", "clients_reopen", "reopen_days", "reply_reopens"},
        "service-desk": {"agents_assign", "acknowledge_stops_response", "ask_priority", "assign_within_minutes"},
    }
