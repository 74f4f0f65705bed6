"""A form as a browser would send it back: what stands in its fields, read from the page."""

from html.parser import HTMLParser
from typing import Any

Typed = dict[str, list[str]]


class _Reader(HTMLParser):
    """The fields of the form whose address or id is `wanted`; `chosen` are those whose value is picked, not typed."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.inside = wanted, False
        self.values: Typed = {}
        self.chosen: set[str] = set()
        self.select = ""
        self.first: list[str] | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        given = dict(attributes)
        name = given.get("name") or ""
        if tag == "form":
            self.inside = given.get("id") == self.wanted
        elif self.inside and tag == "input" and name:
            self._input(name, given)
        elif self.inside and tag == "textarea":
            self.area = name
            self.values[name] = [""]
        elif self.inside and tag == "select":
            self.select, self.first = name, None if "multiple" in given else []
            self.chosen.add(name)
        elif self.inside and tag == "option" and self.select:
            self._option(given.get("value") or "", selected="selected" in given)

    def _input(self, name: str, given: dict[str, Any]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio"):
            self.chosen.add(name)
            if "checked" in given:
                self.values.setdefault(name, []).append(given.get("value") or "on")
        elif kind not in ("submit", "button", "file", "image") and name != "csrfmiddlewaretoken":
            self.values[name] = [given.get("value") or ""]

    def _option(self, value: str, *, selected: bool) -> None:
        if selected:
            self.values.setdefault(self.select, []).append(value)
        if self.first == []:
            self.first = [value]

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            # The first line break after <textarea> is not part of what was typed.
            self.values[self.area][0] += (
                data if self.values[self.area][0] else data.removeprefix("\r").removeprefix("\n")
            )

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.area = None if tag == "textarea" else self.area
        if tag == "select":
            if self.first and self.select:  # where nothing is marked as picked, the first one is
                self.values.setdefault(self.select, self.first)
            self.select = ""


def filled(answer: Any, form: str) -> Typed:
    """What a browser sends of the form with this id when nobody types anything."""
    return _read(answer, form).values


def typed_in(answer: Any, form: str) -> Typed:
    """The same without what is ticked or picked from a list."""
    read = _read(answer, form)
    return {name: values for name, values in read.values.items() if name not in read.chosen}


def _read(answer: Any, form: str) -> _Reader:
    reader = _Reader(form)
    reader.feed(answer.content.decode())
    reader.close()
    return reader
