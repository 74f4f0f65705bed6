"""CSV that a spreadsheet may open."""

import csv
import io

import pytest

from accounts.csv_export import csv_answer, neutral


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("-2+3|cmd", "'-2+3|cmd"),
        ("＝1+1", "'＝1+1"),
        ("\tx", "'\tx"),
        ("plain = text", "plain = text"),
        (-5, -5),
        (None, ""),
        ("a\x00b", "ab"),
    ],
)
def test_what_a_spreadsheet_would_compute_stays_text(text: object, written: object) -> None:
    assert neutral(text) == written


def test_the_answer_is_a_file_with_every_cell_in_its_place() -> None:
    answer = csv_answer("changes", ["who", "what"], [["Ada", 'says "no"\nand, goes'], ["=x", 3]])
    assert answer.streaming
    assert answer["Content-Disposition"] == 'attachment; filename="changes.csv"'
    text = b"".join(answer).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["who", "what"],
        ["Ada", 'says "no"\nand, goes'],
        ["'=x", "3"],
    ]
