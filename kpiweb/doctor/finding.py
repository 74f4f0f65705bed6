"""One line of the doctor's report."""

from dataclasses import dataclass
from enum import StrEnum

NO_DATABASE = "cannot be told while the database does not answer"


class Level(StrEnum):
    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """`mend` is a command, a setting or a page: what to do about anything that is not OK."""

    what: str
    level: Level
    words: str
    mend: str = ""


def ok(what: str, words: str) -> Finding:
    return Finding(what, Level.OK, words)


def warn(what: str, words: str, mend: str) -> Finding:
    return Finding(what, Level.WARN, words, mend)


def fail(what: str, words: str, mend: str) -> Finding:
    return Finding(what, Level.FAIL, words, mend)
