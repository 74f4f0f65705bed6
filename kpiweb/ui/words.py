"""People's own words on a page: plain text, paragraphs, links; never markup."""

import re

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

ADDRESS = re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
LONGEST_LINK = 60


def paragraphs(text: object) -> SafeString:
    """Plain text as <p> and <br>, web addresses as links that carry no reference away; all else escaped."""
    blocks = re.split(r"\n\s*\n", str(text or "").replace("\r\n", "\n").replace("\r", "\n").strip())
    return format_html_join("", "<p>{}</p>", ((_lines(block),) for block in blocks if block.strip()))


def _lines(block: str) -> SafeString:
    first, *others = block.strip("\n").split("\n")
    return format_html("{}{}", _linked(first), format_html_join("", "<br>{}", ((_linked(line),) for line in others)))


def _linked(line: str) -> SafeString:
    parts: list[SafeString] = []
    end = 0
    for found in ADDRESS.finditer(line):
        parts += [conditional_escape(line[end : found.start()]), _link(found.group())]
        end = found.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, conditional_escape(line[end:])]))


def _link(address: str) -> SafeString:
    shown = address if len(address) <= LONGEST_LINK else address[: LONGEST_LINK - 1] + "…"
    return format_html('<a href="{}" rel="noreferrer nofollow ugc">{}</a>', address, shown)
