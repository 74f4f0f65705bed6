"""The feature table and the command that holds the product to it."""

from tests.architecture.source import ROOT
from tests.features import Feature, Marked, faults, features, markers

TABLE = features((ROOT / "docs" / "features.md").read_text(encoding="utf-8"))
CLAIMED = (
    {f"C{number}" for number in range(1, 19)}
    | {f"A{number}" for number in (*range(1, 15), *range(16, 20))}
    | {"M2", "M3", "M5", "M7", "G1", "G2", "G4", "G5", "G7", "G8", "G12"}
)
C1 = Feature("C1", "submit", "/intake", claimed=True)
C2 = Feature("C2", "later", "/intake", claimed=False)


def test_the_table_holds_every_feature_once() -> None:
    ids = [feature.id for feature in TABLE]
    expected = {"C": 18, "A": 19, "M": 7, "P": 14, "H": 5, "S": 16, "G": 20}
    assert {letter: sum(id_.startswith(letter) for id_ in ids) for letter in expected} == expected
    assert len(set(ids)) == len(ids)


def test_what_was_claimed_stays_claimed() -> None:
    assert CLAIMED - {feature.id for feature in TABLE if feature.claimed} == set()


def test_markers_are_read_from_functions_and_classes() -> None:
    source = '@pytest.mark.feature("C1", "C2")\ndef test_a(): ...\n@pytest.mark.slow\ndef test_b(): ...\n'
    assert list(markers(source, file="journeys/test_x.py")) == [
        Marked("C1", "journeys/test_x.py", "test_a"),
        Marked("C2", "journeys/test_x.py", "test_a"),
    ]


def test_a_claimed_feature_needs_a_journey() -> None:
    assert faults([C1, C2], []) == ["C1 is claimed and no journey shows it: submit"]
    assert faults([C1, C2], [Marked("C1", "journeys/test_x.py", "test_a")]) == []


def test_a_marker_elsewhere_does_not_count() -> None:
    assert faults([C1], [Marked("C1", "intake/test_x.py", "test_a")]) == [
        "C1 is claimed and no journey shows it: submit",
        "C1 is marked outside tests/journeys/: intake/test_x.py::test_a",
    ]


def test_an_unknown_id_is_refused() -> None:
    assert faults([C2], [Marked("C9", "journeys/test_x.py", "test_a")]) == [
        "C9 is not in docs/features.md: journeys/test_x.py::test_a"
    ]
