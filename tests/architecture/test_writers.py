"""Status, assignee and waiting of a ticket are written in tickets/verbs/ and nowhere else."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import modules, name_of, tree_of

GUARDED = {"status", "assignee", "assignee_id", "waiting", "waiting_since"}
WRITING_CALLS = {"update", "create", "update_or_create", "get_or_create"}
VERBS = "tickets/verbs/"
# Where `status` is something else than a ticket's.
OTHER_STATUS = {"notifications"}
# What writes tickets without a verb, and why.
REASONED = {
    "tickets/demo/": "the demo's older months are a bulk load of finished lives, checked against a rebuild",
}


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, field) of each assignment to a guarded attribute and each guarded keyword of update() and the like."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in (part for whole in targets for part in ast.walk(whole)):
                if isinstance(target, ast.Attribute) and target.attr in GUARDED and _is_of_another(target):
                    yield node.lineno, target.attr
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, field) for field in _written_by_call(node))


def _written_by_call(call: ast.Call) -> set[str]:
    if isinstance(call.func, ast.Attribute) and call.func.attr in WRITING_CALLS:
        return GUARDED & {word.arg or "" for word in call.keywords}
    if isinstance(call.func, ast.Name) and call.func.id == "setattr":
        return GUARDED & {part.value for part in call.args if isinstance(part, ast.Constant)}
    return set()


def _is_of_another(target: ast.Attribute) -> bool:
    return not (isinstance(target.value, ast.Name) and target.value.id in {"self", "response"})


def test_only_verbs_write_what_a_verb_decides() -> None:
    found = [
        f"{name_of(path)}:{line} writes {field}"
        for path in modules()
        if not name_of(path).startswith((VERBS, *REASONED)) and name_of(path).split("/")[0] not in OTHER_STATUS
        for line, field in writes(tree_of(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "ticket.status = 'closed'",
        "ticket.assignee, x = None, 1",
        "Ticket.objects.filter(pk=1).update(waiting=True)",
        "Ticket.objects.create(status='new')",
        "setattr(ticket, 'status', 'closed')",
    ],
)
def test_a_writer_is_found(source: str) -> None:
    assert list(writes(ast.parse(source))) != []


@pytest.mark.parametrize("source", ["status = 'x'", "x = ticket.status", "filter(status='new')", "self.status = 1"])
def test_a_reader_is_not(source: str) -> None:
    assert list(writes(ast.parse(source))) == []
