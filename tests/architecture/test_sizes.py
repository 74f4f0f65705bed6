"""Files have one subject: what grows past 300 lines needs a reason here."""

from tests.architecture.source import modules, name_of

LIMIT = 300
REASONED = {
    "kpiweb/settings.py": "one page of settings, read from top to bottom",
}


def lines(path: str) -> int:
    return next(len(module.read_text().splitlines()) for module in modules() if name_of(module) == path)


def test_long_files_have_a_reason() -> None:
    long = {name_of(path) for path in modules() if len(path.read_text().splitlines()) > LIMIT}
    assert long - set(REASONED) == set()


def test_reasons_are_still_needed() -> None:
    assert {path for path in REASONED if lines(path) <= LIMIT} == set()
