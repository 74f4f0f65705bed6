"""`make features`: which journey test shows which row of docs/features.md.

A test shows a feature with `@pytest.mark.feature("C1", "C4")` and must live in tests/journeys/, where tests act through
the pages of the running product. Fails for a claimed feature without a test, for a marker elsewhere, and for an id
that the table does not know.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\|\s*(?P<id>[A-Z]\d+)\s*\|(?P<what>[^|]+)\|(?P<page>[^|]+)\|\s*(?P<state>claimed|open)\s*\|$", re.M)


@dataclass(frozen=True)
class Feature:
    id: str
    what: str
    page: str
    claimed: bool


@dataclass(frozen=True)
class Marked:
    """One id on one test, in a file given relative to tests/."""

    feature: str
    file: str
    test: str


def features(table: str) -> list[Feature]:
    return [
        Feature(m["id"], m["what"].strip(), m["page"].strip(), m["state"] == "claimed") for m in ROW.finditer(table)
    ]


def markers(source: str, *, file: str) -> Iterator[Marked]:
    """Every `pytest.mark.feature(...)` on a function or class of a test file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.feature":
                    for argument in decorator.args:
                        yield Marked(str(ast.literal_eval(argument)), file, node.name)


def faults(table: list[Feature], marked: list[Marked]) -> list[str]:
    known = {feature.id for feature in table}
    shown = {mark.feature for mark in marked if _counts(mark)}
    return [
        *(f"{f.id} is claimed and no journey shows it: {f.what}" for f in table if f.claimed and f.id not in shown),
        *(f"{m.feature} is marked outside tests/journeys/: {m.file}::{m.test}" for m in marked if not _counts(m)),
        *(f"{m.feature} is not in docs/features.md: {m.file}::{m.test}" for m in marked if m.feature not in known),
    ]


def _counts(mark: Marked) -> bool:
    return mark.file.startswith("journeys/") and mark.test.startswith("test_")


def report(table: list[Feature], marked: list[Marked]) -> Iterator[str]:
    """One line per feature and test: id, page, test."""
    for feature in table:
        tests = [f"{mark.file}::{mark.test}" for mark in marked if mark.feature == feature.id]
        for test in tests or ["MISSING" if feature.claimed else "open"]:
            yield f"{feature.id:4} {feature.page:28} {test}"


def main() -> int:
    table = features((ROOT / "docs" / "features.md").read_text(encoding="utf-8"))
    tests = ROOT / "tests"
    marked = [
        mark
        for path in sorted(tests.rglob("test_*.py"))
        for mark in markers(path.read_text(encoding="utf-8"), file=path.relative_to(tests).as_posix())
    ]
    print("\n".join(report(table, marked)))  # noqa: T201
    found = faults(table, marked)
    claimed = sum(feature.claimed for feature in table)
    print(f"\n{claimed} of {len(table)} features claimed, {len(found)} faults")  # noqa: T201
    for fault in found:
        print(fault, file=sys.stderr)  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
