"""One rendering under axe-core: all rules at a desk, then contrast in the dark, then targets and width on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from tests.browsing import DESKTOP, PHONE

# Not among axe's defaults, and asked of every page here.
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
SETTLED = "() => Promise.all(document.getAnimations().map(animation => animation.finished))"
# A page that looks again by itself would be gone in the middle of a run.
STILL = "() => { for (let timer = 0; timer < 10_000; timer += 1) clearTimeout(timer); }"
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


def only(rule: str) -> dict[str, Any]:
    """Options of a run of one rule."""
    return {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": [rule]}}


class Inspector:
    """Walks one person's page from rendering to rendering and notes what axe says of each.

    `seen` names the renderings looked at, `problems` what was found as "rendering, how it was shown: rule, element".
    """

    def __init__(self, page: Page, site: str, person: User | None = None) -> None:
        self.page, self.site = page, site
        self.seen: list[str] = []
        self.problems: list[str] = []
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if person is not None:
            client = Client()
            client.force_login(person)
            name = settings.SESSION_COOKIE_NAME
            page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    def visit(self, rendering: str, path: str, *, status: int = 200) -> None:
        """Open an address and inspect what it answers."""
        self.open(path, status=status)
        self.inspect(rendering)

    def open(self, path: str, *, status: int = 200) -> None:
        """Open an address."""
        answer = self.page.goto(f"{self.site}{path}")
        assert answer is not None
        assert answer.status == status, path

    def send(self, rendering: str, form: str, *, status: int, change: Callable[[Page], object] | None = None) -> None:
        """Send a form of the present page as it stands or after `change`, whatever the browser would say to it."""
        if change is not None:
            change(self.page)
        with self.page.expect_navigation() as navigation:
            self.page.locator(form).first.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
        assert navigation.value is not None
        assert navigation.value.status == status, rendering
        self.inspect(rendering)

    def judge(self) -> None:
        """Fail with a line for each problem."""
        assert self.seen
        if self.problems:
            pytest.fail("\n".join(self.problems), pytrace=False)

    def inspect(self, rendering: str) -> None:
        """All rules at 1280 px in light, contrast in dark, target size and overflow at 375 px, without reloading."""
        self.seen.append(rendering)
        self.page.evaluate(STILL)
        self.page.evaluate(AXE_SCRIPT)
        self._run(rendering, "at a desk", EVERYTHING)
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate(SETTLED)
        self._run(rendering, "in the dark", only("color-contrast"))
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a TypedDict in disguise
        self._run(rendering, "on a phone", only("target-size"))
        wider = self.page.evaluate(OVERFLOW)
        if wider > 0:
            self.problems.append(f"{rendering}, on a phone: {wider} px wider than the screen")
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # as above

    def _run(self, rendering: str, shown: str, options: dict[str, Any]) -> None:
        for violation in self.page.evaluate("options => axe.run(options)", options)["violations"]:
            for node in violation["nodes"]:
                why = " ".join((node.get("failureSummary") or "").split())[:300]
                self.problems.append(f"{rendering}, {shown}: {violation['id']}, {node['target']} {why}")
