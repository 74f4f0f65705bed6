"""Find sections by words: all of them must be there, the last one may be a beginning; accents do not matter."""

import unicodedata
from dataclasses import dataclass

from kpiweb.help.guides import Guide, Section, all_guides

LONGEST_QUERY = 100
MOST_FOUND = 20
EXCERPT = 180


@dataclass(frozen=True)
class Found:
    guide: Guide
    section: Section
    excerpt: str


def find(query: str) -> list[Found]:
    """The sections that hold every word, those with one in the title first, else in the order of the guides."""
    words = fold(query[:LONGEST_QUERY]).split()
    if not words:
        return []
    hits = [
        (-_in_title(section, words), Found(guide, section, _excerpt(section.text, words)))
        for guide in all_guides()
        for section in guide.sections
        if _holds(f"{section.title} {section.text}", words)
    ]
    return [found for _rank, found in sorted(hits, key=lambda hit: hit[0])][:MOST_FOUND]


def fold(text: str) -> str:
    """Compatibility forms, case and accents put aside."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in parts if not unicodedata.combining(char))


def _holds(text: str, words: list[str]) -> bool:
    there = f" {' '.join(_tokens(fold(text)))} "
    return all(f" {word} " in there for word in words[:-1]) and f" {words[-1]}" in there


def _tokens(folded: str) -> list[str]:
    return "".join(char if char.isalnum() or char in "-'’" else " " for char in folded).split()


def _in_title(section: Section, words: list[str]) -> int:
    title = fold(section.title)
    return sum(word in title for word in words)


def _excerpt(text: str, words: list[str]) -> str:
    """About two lines around the first word found, cut at spaces."""
    # Folding may change the length of a text, so the place is looked for with case alone put aside.
    at = max(text.lower().find(words[0]), 0)
    start = text.rfind(" ", 0, max(at - 60, 0)) + 1
    end = text.find(" ", start + EXCERPT)
    cut = text[start : end if end > 0 else len(text)]
    return f"{'… ' if start else ''}{cut}{' …' if end > 0 else ''}"
