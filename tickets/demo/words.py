"""What the people of the demo say to each other, read from cases.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

PLACES_OF = {
    "ke": ("Karen branch", "Westlands branch", "Thika Road warehouse", "Mombasa depot"),
    "id": ("Hotel Nusa Sanur", "Hotel Nusa Bandung", "Jakarta office", "Surabaya office"),
    "eg": ("Borg El Arab mill", "Cairo showroom", "Port Said warehouse"),
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday")
REJECTED = (
    "This request belongs to your landlord; we have forwarded their number to you.",
    "This is the same request as the one you sent an hour earlier; we go on there.",
    "We do not service this model. The maker's hotline is on the sticker at the back.",
)
REOPENED = "The customer called: it happened again this morning."
LATE_THANKS = "Thank you, everything still works today. Please keep the ticket closed."


@dataclass(frozen=True)
class Case:
    """One conversation: what is asked, the answer, what the client says then, how it ends, what staff note."""

    desk: str
    type: str
    subject: str
    description: str
    reply: str
    client: str
    done: str
    note: str

    def told(self, rng: Random) -> "Case":
        """The same with place, number and day filled in."""
        words = {
            "place": rng.choice(PLACES_OF[self.desk[:2]]),
            "number": str(rng.randint(20_000, 99_999)),
            "day": rng.choice(DAYS),
        }
        parts = ("subject", "description", "reply", "client", "done", "note")
        return replace(self, **{part: getattr(self, part).format(**words) for part in parts})


def cases() -> Mapping[str, list[Case]]:
    """All cases by the code of their department."""
    loaded = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
    found: dict[str, list[Case]] = {}
    for row in loaded["case"]:
        found.setdefault(row["desk"], []).append(Case(**row))
    return found
