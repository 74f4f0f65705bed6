"""manage.py working_time_cases FILE: what it prints and how it exits."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

FILE = Path(__file__).parent / "engine" / "cases" / "working_time.json"


def test_all_cases_as_expected() -> None:
    out = StringIO()
    call_command("working_time_cases", str(FILE), stdout=out)
    assert out.getvalue() == "93 cases, 93 as expected, 0 not\n"


def test_each_mismatch_is_printed_and_the_exit_is_1(tmp_path: Path) -> None:
    data = json.loads(FILE.read_text())
    data["cases"] = {case["case"]: case for case in data["cases"]}
    data["cases"]["created on Saturday"]["expect"] = "2026-03-09T02:00:01Z"
    data["cases"]["no working time"]["expect"] = "2026-03-09T02:00:00Z"
    data["cases"]["budget ends exactly at closing"]["expect"] = None
    data["cases"]["holds of seconds count"]["expect_seconds"] = 10731
    data["cases"] = list(data["cases"].values())
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(data))
    out = StringIO()
    with pytest.raises(CommandError, match=r"^93 cases, 89 as expected, 4 not$") as ended:
        call_command("working_time_cases", str(wrong), stdout=out)
    assert ended.value.returncode == 1
    assert out.getvalue().splitlines() == [
        "created on Saturday: expected 2026-03-09T02:00:01Z, got 2026-03-09T02:00:00Z",
        "budget ends exactly at closing: expected never, got 2026-03-09T10:00:00Z",
        "no working time: expected 2026-03-09T02:00:00Z, got never",
        "holds of seconds count: expected 10731 s, got 10730 s",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file or directory"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "can't decode"),
        (b'{"cases": [{"case": "x"}]}', "case 'x': 'ask' is missing"),
    ],
)
def test_a_bad_file_is_one_line_and_exit_2(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "cases.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=words) as ended:
        call_command("working_time_cases", str(file))
    assert ended.value.returncode == 2
    assert "\n" not in str(ended.value)
