"""The four guides, read from docs/help/ once per process: title, opening words and sections with their anchors."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from markdown_it.tree import SyntaxTreeNode

from kpiweb.help import markdown

ROLES = ("customer", "agent", "management", "admin")


@dataclass(frozen=True)
class Section:
    """What stands under one "## A title {#anchor}"."""

    anchor: str
    title: str
    html: SafeString
    text: str


@dataclass(frozen=True)
class Guide:
    role: str
    title: str
    lede: str
    sections: tuple[Section, ...]


@cache
def guide(role: str) -> Guide:
    """The guide of one of ROLES."""
    path = Path(settings.BASE_DIR) / "docs" / "help" / f"{role}.md"
    first, *nodes = markdown.parse(path.read_text(encoding="utf-8")).children
    parts = list(_parts(nodes))
    opening = " ".join(markdown.words(node) for node in parts[0][1])
    return Guide(role, markdown.words(first), opening, tuple(_section(head, body) for head, body in parts[1:] if head))


def all_guides() -> list[Guide]:
    return [guide(role) for role in ROLES]


def _parts(nodes: list[SyntaxTreeNode]) -> Iterator[tuple[SyntaxTreeNode | None, list[SyntaxTreeNode]]]:
    """(heading, what follows it) for each second-level heading; what comes before the first has none."""
    head: SyntaxTreeNode | None = None
    body: list[SyntaxTreeNode] = []
    for node in nodes:
        if node.type == "heading" and node.tag == "h2":
            yield head, body
            head, body = node, []
        else:
            body.append(node)
    yield head, body


def _section(head: SyntaxTreeNode, body: list[SyntaxTreeNode]) -> Section:
    title, anchor = markdown.heading(head)
    html = format_html_join("", "{}", ((markdown.html(node),) for node in body))
    return Section(anchor, title, html, " ".join(markdown.words(node) for node in body))
