"""Foreign text made fit for a mail: no control characters, no second line in a header, no broken encoding."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

SUBJECT_LIMIT = 150
NAME_LIMIT = 100
ADDRESS_LIMIT = 254

# Control, surrogate and unassigned characters; of the format characters only those that joined scripts and emoji need.
_UNFIT = {"Cc", "Cs", "Cn"}
_JOINERS = {"\u200c", "\u200d"}


def one_line(text: str, *, limit: int = SUBJECT_LIMIT) -> str:
    """The text on a single line of at most `limit` characters, cut at a word and ended with "…" if longer."""
    spaced = "".join(_fit_for_header(character) for character in text)
    line = " ".join(spaced.split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    word_end = cut.rfind(" ")
    return (cut[:word_end] if word_end > limit // 2 else cut).rstrip() + "…"


def display_name(name: str) -> str:
    """A name for a To header. "=?" would be read as an encoded word and could smuggle in anything, so it is parted."""
    return one_line(name, limit=NAME_LIMIT - 10).replace("=?", "= ?")


def body_text(text: str) -> str:
    """Text for a mail body: line ends are \\n, tabs stay, other control characters go."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in unified if c in "\n\t" or unicodedata.category(c) not in _UNFIT)


def is_address(address: str) -> bool:
    """Whether it is one plain address that a mail server can take."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= ADDRESS_LIMIT and address.isprintable() and address.partition("@")[0].isascii()


def _fit_for_header(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zl", "Zp"} or character.isspace():
        return " "
    if category in _UNFIT:
        return " "
    if category == "Cf" and character not in _JOINERS:
        return ""  # direction overrides and invisible marks make a subject lie
    return character
