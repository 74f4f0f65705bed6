"""What people may type: visible words, without control characters, within a length."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that show nothing
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"})
LINE_BREAKS = frozenset({"Zl", "Zp"})


def shows_something(text: str) -> bool:
    """False for spaces, zero-width characters, lone variation selectors and letters without a glyph."""
    return any(
        unicodedata.category(char) not in INVISIBLE and char not in BLANK_LETTERS and not _selects_variation(char)
        for char in text
    )


def has_controls(text: str, *, multiline: bool) -> bool:
    """NUL and its kind; a single line has no line break of any kind either."""
    allowed = "\n\t" if multiline else ""
    return any(
        (unicodedata.category(char) in ("Cc", "Cs") and char not in allowed)
        or (not multiline and unicodedata.category(char) in LINE_BREAKS)
        for char in text
    )


def _selects_variation(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or "\u180b" <= char <= "\u180f"


class PlainText(forms.CharField):
    """A text field that refuses in our own words: `empty`, `controls` and `too_long` are its three sentences."""

    def __init__(
        self, *, longest: int, empty: Any, controls: Any, too_long: Any, multiline: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self.longest, self.multiline = longest, multiline
        self.sentences = {"empty": empty, "controls": controls, "too_long": too_long}

    def clean(self, value: Any) -> str:
        text = str(value or "")
        if self.multiline:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if has_controls(text, multiline=self.multiline):
            raise self._refused("controls")
        text = text.strip()
        if not shows_something(text):
            raise self._refused("empty")
        if len(text) > self.longest:
            raise self._refused("too_long")
        return text

    def _refused(self, why: str) -> ValidationError:
        return ValidationError(str(self.sentences[why]), code=why)


class PlainEmail(PlainText):
    """An address such as name@example.com."""

    def clean(self, value: Any) -> str:
        email = super().clean(value)
        try:
            forms.EmailField(max_length=self.longest).clean(email)
        except ValidationError:
            raise ValidationError(_("Enter an email address in the format name@example.com"), code="format") from None
        return email


class OneOf(forms.ChoiceField):
    """A select whose options are known objects. `empty` is said where nothing is chosen, `foreign` for another's id."""

    def __init__(self, *, empty: Any, foreign: Any, **options: Any) -> None:
        super().__init__(**options)
        self.empty, self.foreign = empty, foreign
        self.objects: dict[str, Any] = {}

    def clean(self, value: Any) -> Any:
        text = str(value or "")
        if not text:
            if self.required:
                raise ValidationError(str(self.empty), code="empty")
            return None
        if text not in self.objects:
            raise ValidationError(str(self.foreign), code="foreign")
        return self.objects[text]
