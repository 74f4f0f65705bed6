"""Markdown to HTML by way of format_html alone: whatever stands in a guide, only these tags come out."""

import re
from collections.abc import Callable

from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
ANCHOR = re.compile(r"^(?P<title>.*?)\s*\{#(?P<anchor>[a-z0-9-]+)\}$")
SHOT = ("light", "dark")
ADDRESS = re.compile(r"^(/|#|https://)")
FRAMES = {
    "root": "{}",
    "inline": "{}",
    "paragraph": "<p>{}</p>",
    "strong": "<strong>{}</strong>",
    "em": "<em>{}</em>",
    "bullet_list": "<ul>{}</ul>",
    "ordered_list": "<ol>{}</ol>",
    "list_item": "<li>{}</li>",
    "blockquote": '<div class="banner info"><div>{}</div></div>',
    "table": '<div class="wide"><table class="table">{}</table></div>',
    "thead": "<thead>{}</thead>",
    "tbody": "<tbody>{}</tbody>",
    "tr": "<tr>{}</tr>",
    "th": '<th scope="col">{}</th>',
    "td": "<td>{}</td>",
}


def parse(source: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(PARSER.parse(source))


def html(node: SyntaxTreeNode) -> SafeString:
    """The node and all within it; a kind of node that no guide should use is an error for its writer."""
    if node.type in FRAMES:
        return format_html(FRAMES[node.type], inside(node))
    return LEAVES[node.type](node)


def inside(node: SyntaxTreeNode) -> SafeString:
    # In a tight list markdown-it marks paragraphs as hidden.
    parts = (inside(child) if child.type == "paragraph" and child.hidden else html(child) for child in node.children)
    return format_html_join("", "{}", ((part,) for part in parts))


def words(node: SyntaxTreeNode) -> str:
    """What a reader sees of the node, as plain text: what the search looks through."""
    if node.type in ("text", "code_inline", "fence"):
        return node.content
    if node.type == "softbreak":
        return " "
    between = " " if node.type not in ("inline", "strong", "em", "link", "paragraph") else ""
    return between.join(words(child) for child in node.children)


def heading(node: SyntaxTreeNode) -> tuple[str, str]:
    """(title, anchor) of "## A title {#anchor}"."""
    found = ANCHOR.match(words(node))
    return (found["title"], found["anchor"]) if found else (words(node), "")


def _heading(node: SyntaxTreeNode) -> SafeString:
    title, anchor = heading(node)
    if anchor:
        return format_html('<h3 id="{}">{}</h3>', anchor, title)
    return format_html("<h3>{}</h3>", title)


def _link(node: SyntaxTreeNode) -> SafeString:
    address = str(node.attrs["href"])
    if not ADDRESS.match(address):
        raise ValueError(f"{address} is neither a page of this site, nor an anchor, nor https")
    return format_html('<a href="{}">{}</a>', address, inside(node))


def _shot(node: SyntaxTreeNode) -> SafeString:
    """A screenshot by its name, once for each theme; the style sheet shows the one that fits."""
    pictures = ((theme, static(f"help/{node.attrs['src']}-{theme}.webp"), words(node)) for theme in SHOT)
    return format_html_join(
        "", '<img class="shot {}" src="{}" alt="{}" loading="lazy" width="1280" height="800">', pictures
    )


LEAVES: dict[str, Callable[[SyntaxTreeNode], SafeString]] = {
    "text": lambda node: conditional_escape(node.content),
    "softbreak": lambda node: conditional_escape("\n"),
    "code_inline": lambda node: format_html("<code>{}</code>", node.content),
    "fence": lambda node: format_html("<pre><code>{}</code></pre>", node.content),
    "heading": _heading,
    "link": _link,
    "image": _shot,
}
