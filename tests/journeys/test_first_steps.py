"""A new company: from an empty database to its first scored ticket, by setup and what the guide says word by word.

The journey reads the numbered steps on the help page and does what stands there: bold words are controls to press, to
choose from or to type into, a link is followed, and words in italics are the row of a list. Nothing else is pressed.
"""

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from kpi.models import KpiItem
from tests.cast import PASSWORD
from tickets.models import Ticket

ADMIN, AGENT, CLIENT = "bea@acme.example", "amos@acme.example", "chipo@client.example"
COMMANDS = 2
MOST_CLICKS = 27
# What each step leaves to the reader: what to type and which option to choose.
OWN_WORDS: tuple[dict[str, str], ...] = (
    {"Email": ADMIN, "Password": PASSWORD},
    {"Email": AGENT, "Name": "Amos Agent", "Role": "Agent", "Department": "Kenya / Support", "New password": PASSWORD},
    {
        "Country / Department": "Support",
        "KPI Type": "Issue",
        "Description": "The till prints blank receipts.",
        "Your Name": "Chipo Client",
        "Your Email": CLIENT,
    },
    {"Assign to": "Amos Agent"},
    {"Email": AGENT, "Password": PASSWORD, "Public reply": "The paper was upside down; turned it.", "Status": "Closed"},
)
READ = r"""section => [...section.querySelectorAll("ol > li")].map(step => [...step.querySelectorAll("strong, em, a")]
    .map(named => [named.tagName, named.textContent.replace(/\s+/g, " ").trim()]))"""


@dataclass
class Reader:
    """Somebody with the guide beside a browser; `pressed` is every click, by the name of what was clicked."""

    page: Page
    pressed: list[str] = field(default_factory=list)

    def do(self, kind: str, name: str, words: dict[str, str]) -> None:
        """One thing that the guide names."""
        if kind == "EM":
            self.press(self.page.locator("#result_list tbody th a, td.title a").first, name)
        elif name in words:
            self.answer(name, words[name])
        else:
            self.press(self.control(name), name)
        expect(self.page.locator("main, #content").first).to_be_visible()

    def press(self, where: Locator, name: str) -> None:
        where.click()
        self.pressed.append(name)

    def control(self, name: str) -> Locator:
        """The button or link of this name; one that begins or ends with it where none is called just so."""
        word = re.escape(name)
        for pattern in (rf"^{word}$", rf"^{word}\b", rf"\b{word}$"):
            for place in (self.page.locator("main, #content"), self.page.locator("body")):
                for role in ("button", "link"):
                    found = place.get_by_role(role, name=re.compile(pattern)).first  # type: ignore[arg-type]
                    if found.is_visible():
                        return found
        raise AssertionError(f"the guide says “{name}”, and {self.page.url} has no such control")

    def answer(self, name: str, words: str) -> None:
        """Type into the field of this name, or choose from it."""
        if name == "Public reply":
            self.page.locator("form.composer textarea").fill(words)
            return
        box = self.page.get_by_label(re.compile(rf"^{re.escape(name)}(:| \(optional\))?$")).first
        if box.evaluate("box => box.matches('select.admin-autocomplete')"):
            self.press(box.locator("xpath=..").locator(".select2-selection"), name)
            self.press(self.page.get_by_role("option", name=words), words)
        elif box.evaluate("box => box.tagName") == "SELECT":
            box.locator("option", has_text=words).first.wait_for(state="attached")
            box.select_option(label=words)
            self.pressed.append(name)
        else:
            box.fill(words)


def set_up(folder: Any) -> str:
    """The second command (the first is migrate); returns the address it prints."""
    secret = folder / "password"
    secret.write_text(PASSWORD)
    said = io.StringIO()
    options = {"admin_email": ADMIN, "admin_name": "Bea Boss", "country": "KE", "hours": "24x7"}
    call_command("setup", no_input=True, admin_password_file=str(secret), stdout=said, **options)
    guide = re.search(r"What comes next: (\S+)", said.getvalue())
    assert guide is not None
    return guide[1]


@pytest.mark.django_db(transaction=True)
def test_from_an_empty_database_to_the_first_scored_ticket(
    site: str, open_page: Callable[..., Page], tmp_path: Any
) -> None:
    started, address = time.monotonic(), set_up(tmp_path)
    admin, client, agent = (Reader(open_page()) for _ in range(3))
    for reader in (admin, client, agent):
        reader.page.goto(address)
    steps = admin.page.locator("section", has=admin.page.locator("#first-steps")).evaluate(READ)
    assert len(steps) == len(OWN_WORDS)

    for reader, step, words in zip((admin, admin, client, admin, agent), steps, OWN_WORDS, strict=True):
        for kind, name in step:
            reader.do(kind, name, words)
        assert [name for name in words if name not in [named for _kind, named in step]] == []

    expect(agent.page.locator(".score").first).to_have_text("Explain 100.0")
    expect(client.page.get_by_role("heading", name="Ticket submitted")).to_be_visible()
    reference = client.page.url.rstrip("/").rsplit("/", 1)[-1]
    item = KpiItem.objects.get(pk=Ticket.objects.get(reference=reference).item_id)
    assert (item.passed, item.value) == (True, 1_000_000)
    pressed = admin.pressed + client.pressed + agent.pressed
    assert len(pressed) <= MOST_CLICKS, pressed
    print(f"{COMMANDS} commands, {len(pressed)} clicks, {time.monotonic() - started:.1f} s: {', '.join(pressed)}")  # noqa: T201
