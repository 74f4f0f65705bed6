"""The rules still make of the chosen cases what the golden files say."""

import json
from pathlib import Path

import pytest

from kpi.engine.rules import MONTH_RULES, RULES
from kpi.engine.score import FULL
from tests import goldens
from tests.kpi.engine.rules.chosen import CHOSEN, Chosen, Item


@pytest.mark.parametrize("code", RULES)
def test_a_golden_file_holds(code: str) -> None:
    assert goldens.differences(code) == []


def test_every_rule_has_one_and_nothing_else_does() -> None:
    assert {path.stem for path in goldens.FOLDER.iterdir()} == set(CHOSEN) == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_its_cases_are_named_and_tell_scores_apart(code: str) -> None:
    rows = json.loads(goldens.path_of(code).read_text(encoding="utf-8"))
    months = [row["case"] for row in rows if "amounts" in row]
    items = [row["case"] for row in rows if "amounts" not in row]
    assert len(set(months)) == len(months)
    assert len(set(items)) == len(items)
    assert bool(months) == (code in MONTH_RULES)
    assert {None, 0, FULL} - {row["value"] for row in rows} <= ({0} if code == "acr" else set()), "1 of 5 is not 0"


def test_a_difference_is_shown_and_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(goldens, "FOLDER", tmp_path)
    assert goldens.main(["--check"]) == 1
    assert goldens.main([]) == 0
    assert goldens.main(["--check"]) == 0
    changed = {"ic-completion": Chosen([Item("other", {"completion": 40}, {"target": 80})])}
    monkeypatch.setattr(goldens, "CHOSEN", changed)
    capsys.readouterr()
    assert goldens.main(["--check"]) == 1
    shown = capsys.readouterr().out
    assert '-  "case": "half of it",' in shown
    assert '+  "sentence": "40 % completed against a target of 80 %: 50.0 points."' in shown
