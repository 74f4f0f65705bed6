"""`make run`: one command, nothing else installed, and the product stands with half a year of believable data."""

import re
import shutil
import sys
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT, product_environment
from tests.servers.processes import free_port, start, stop, temporary_folder, wait_until

DEMO_PASSWORD = "demo-kpi-web"
ELSEWHERE = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL")


@pytest.fixture
def demo() -> Iterator[str]:
    """The address of the product as `make run` starts it, in a folder of its own."""
    port = free_port()
    folder = temporary_folder("demo")
    environment = {
        name: value for name, value in product_environment(VAR_DIR=str(folder)).items() if name not in ELSEWHERE
    }
    log = folder / "log"
    process = start(
        [sys.executable, "manage.py", "serve", "--demo", "--port", str(port)], log=log, cwd=ROOT, env=environment
    )
    address = f"http://localhost:{port}"
    wait_until(lambda: answers(f"{address}/healthz"), process=process, log=log, limit=90)
    yield address
    stop(process)
    shutil.rmtree(folder, ignore_errors=True)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.mark.feature("G12")
def test_one_command_shows_three_countries_and_months_of_scored_work(demo: str, page: Page) -> None:
    page.set_default_timeout(60_000)  # half a year is being written to the same SQLite meanwhile
    page.goto(f"{demo}/accounts/login/?next=/tickets/")
    page.get_by_label("Email").fill("admin@kpiweb.example")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible(timeout=30_000)
    # The older months arrive in the background while the product is already in use.
    all_tickets = page.locator(".tabs").get_by_role("link", name=re.compile("^All"))
    wait_until(lambda: page.reload() is not None and count(all_tickets.inner_text()) > 500, limit=90)
    countries = {"Kenya", "Indonesia", "Egypt"}
    page.goto(f"{demo}/intake")
    assert countries <= set(page.locator("optgroup").evaluate_all("groups => groups.map(group => group.label)"))
    page.goto(f"{demo}/profile/performance/")
    expect(page.get_by_role("heading", name="My profile")).to_be_visible()


def count(words: str) -> int:
    """The number in "All 1,267"."""
    return int("".join(char for char in words if char.isdigit()) or 0)
