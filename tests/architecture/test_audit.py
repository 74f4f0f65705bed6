"""What can be changed in the admin is written down: by the audit log, or somewhere else that is named."""

import ast
from pathlib import Path

import pytest
from django.contrib import admin

from kpiweb.audit import AUDITED, WRITTEN_ELSEWHERE
from tests.architecture.source import modules, name_of, tree_of

BULK = {"bulk_create", "bulk_update"}


def silent_writes(tree: ast.AST) -> list[str]:
    """Calls of `update(column=...)`, bulk_create and bulk_update on anything but the module audit."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [
        f"{call.lineno}: {call.func.attr}"
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id == "audit")
        and (call.func.attr in BULK or (call.func.attr == "update" and call.keywords and not call.args))
    ]


def test_every_model_of_the_admin_is_audited_or_written_down_elsewhere() -> None:
    in_admin = {model._meta.label for model in admin.site._registry}
    assert in_admin - {*AUDITED, *WRITTEN_ELSEWHERE} == set(), "name it in kpiweb/audit.py"
    assert set(AUDITED) & set(WRITTEN_ELSEWHERE) == set()
    assert set(WRITTEN_ELSEWHERE) - in_admin == set()


def admin_modules() -> list[Path]:
    return [path for path in modules() if "admin" in path.stem or "admin" in path.parent.name]


def test_admin_code_changes_many_rows_through_the_audit_alone() -> None:
    found = {name_of(path): writes for path in admin_modules() if (writes := silent_writes(tree_of(path)))}
    assert found == {}
    assert "accounts/admin/places.py" in {name_of(path) for path in admin_modules()}


@pytest.mark.parametrize("source", ["rows.update(active=False)", "Model.objects.bulk_create(rows)"])
def test_a_silent_write_is_found(source: str) -> None:
    assert silent_writes(ast.parse(source)) != []


@pytest.mark.parametrize(
    "source", ["audit.update(rows, actor=a, at=t, active=False)", "d.update({'a': 1})", "d.update(b)"]
)
def test_an_audited_one_is_not(source: str) -> None:
    assert silent_writes(ast.parse(source)) == []
