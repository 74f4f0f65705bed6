"""Fixtures for tests in a real browser."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright

from tests.servers.chromium import FLAGS, chromium_path

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}
# How long a thing may take to appear, not how long it takes: the machine may be busy with other tests.
LIMIT = 20_000
expect.set_options(timeout=LIMIT)
# Chromium writes a line for every answer of 400 and more; a refused form is one, and 5xx are caught by the answer.
REFUSED = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests of this process."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(), args=FLAGS, chromium_sandbox=os.geteuid() != 0
        )
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Witness:
    """Notes what a person would not see and a product must not do: script errors, CSP violations, 5xx answers."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self.console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSED.match(message.text):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} for {response.request.method} {response.url}")


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page for one more person: own cookies, `base_url` of the running site.

    Options are those of a browser context (viewport, color_scheme, java_script_enabled, ...). When the test ends,
    any script error, CSP violation or 5xx answer on any of the pages fails it.
    """
    witness = Witness()
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(
            **{"base_url": live_server.url, "viewport": DESKTOP, "locale": "en-GB", **options}
        )
        context.set_default_timeout(LIMIT)
        witness.watch(context)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert witness.faults == [], witness.faults


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """One visitor at a desk, signed out."""
    return open_page()
