"""Scores: parts, their weighted mean, and the sentence that explains it.

Points are integers of 1/10,000 point (100 points = 1,000,000), rounded half up once, on the item, so that sums of them
are exact. Source: the domain page, section 6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Self

SCALE: Final = 10_000
FULL: Final = 100 * SCALE


@dataclass(frozen=True)
class Part:
    """One part of a score. `measured` and `target` are in `unit`; `shown` writes them for people.

    The units: "seconds" of working time, "percent", "rating" (1-5), "count", "time" (minutes since the midnight that
    begins the item's date).

    `points` is None without data, and then `met` is None too. `weight` is an integer; weights need not add up here.
    """

    name: str
    measured: int | float | None
    target: int | float | None
    weight: int
    points: int | None
    met: bool | None
    unit: str


@dataclass(frozen=True)
class Score:
    """What a rule says of one item: `value` in points (None: no data), the verdict, and why.

    `sentence` is a msgid with %(name)s placeholders; `values` fills them with plain strings and numbers.
    """

    value: int | None
    passed: bool | None
    parts: tuple[Part, ...] = ()
    sentence: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists and scalars, as stored on the item."""
        # Not dataclasses.asdict, which copies each value deeply: this runs for every item of a rebuild.
        return {**vars(self), "parts": [dict(vars(part)) for part in self.parts], "values": dict(self.values)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The score stored by `as_json`."""
        return cls(
            value=data.get("value"),
            passed=data.get("passed"),
            parts=tuple(Part(**part) for part in data.get("parts", ())),
            sentence=data.get("sentence", ""),
            values=dict(data.get("values", {})),
        )


def weighted(parts: Iterable[Part]) -> int | None:
    """The weighted mean of the points over the parts that have data, rounded half up; None when none weighs."""
    return weighted_points((part.weight, part.points) for part in parts)


def weighted_points(parts: Iterable[tuple[int, int | Fraction | None]]) -> int | None:
    """The same from (weight, points) with exact points, so that a score is rounded once and not part by part."""
    known = [(weight, points) for weight, points in parts if points is not None]
    weight = sum(weight for weight, _ in known)
    total: int | Fraction = sum(weight * points for weight, points in known)
    return half_up(total, over=weight) if weight else None


def passed(parts: Iterable[Part]) -> bool | None:
    """Whether every part with data met its target; None when no part has data."""
    verdicts = [part.met for part in parts if part.met is not None]
    return all(verdicts) if verdicts else None


def half_up(number: int | Fraction, *, over: int = 1) -> int:
    """The integer nearest to number / over, halves up. `over` is positive."""
    below = number.denominator * over  # integers only: a rebuild does this for every item of every month
    return (2 * number.numerator + below) // (2 * below)


def tenths(points: int | Fraction) -> int:
    """Points as whole tenths of a point, half up: the number people see and bands are decided by."""
    return half_up(points, over=SCALE // 10)


def display(points: int | Fraction) -> str:
    """One decimal, half up: 913000 is "91.3"."""
    sign, shown = ("-", -tenths(points)) if tenths(points) < 0 else ("", tenths(points))
    return f"{sign}{shown // 10}.{shown % 10}"


def spoken(seconds: float) -> str:
    """A duration of working time as short as it can be without hiding a second: 3601 is "1 h 0 min 1 s"."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    shown = [(hours, "h"), (minutes, "min"), (rest, "s")]
    wanted = [place for place, (amount, _) in enumerate(shown) if amount] or [1]
    return " ".join(f"{amount} {unit}" for amount, unit in shown[wanted[0] : wanted[-1] + 1])


def shown(number: float | None, unit: str) -> str:
    """A measure or target of a part as people read it: "1 h 20 min", "97.5 %", "4", "16:30"; "" without one."""
    if number is None:
        return ""
    if unit == "seconds":
        return spoken(number)
    if unit == "time":
        return time_of_day(int(number))
    return f"{plain(number)} %" if unit == "percent" else plain(number)


def time_of_day(minutes: int) -> str:
    """Minutes since midnight as hh:mm; from 24 h on with the days that lie between: "00:30 +1 d"."""
    days, rest = divmod(minutes, 24 * 60)
    return f"{rest // 60:02}:{rest % 60:02}" + (f" +{days} d" if days else "")


def plain(number: float) -> str:
    """A number without a needless fraction: 97.0 is "97", 97.5 is "97.5"."""
    return str(int(number)) if number == int(number) else str(number)
