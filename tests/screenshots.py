"""make screenshots: the pictures of the guides, of the demo as it runs, light and dark, into static/help/."""

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.chromium import FLAGS, chromium_path
from tests.servers.product import ROOT, Product

FOLDER = ROOT / "static" / "help"
SIZE = {"width": 1280, "height": 800}
PASSWORD = "demo-kpi-web"
# Chromium itself turns its PNG into the smaller WebP.
ENCODE = """async png => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${png}`;
    await picture.decode();
    const canvas = Object.assign(document.createElement("canvas"), {width: picture.width, height: picture.height});
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return canvas.toDataURL("image/webp", 0.82).split(",")[1];
}"""


@dataclass(frozen=True)
class Shot:
    """A picture by its name in the guides: who looks, where they start and what they do before it is taken."""

    name: str
    who: str
    path: str
    then: Callable[[Page], object] = lambda page: None


def open_first(selector: str) -> Callable[[Page], object]:
    return lambda page: page.locator(selector).first.click()


def fill_in_work(page: Page) -> None:
    """A type of the first group, with its figures, so that the preview has a score."""
    page.get_by_label("KPI Type").select_option(label="Issue")
    fields = page.locator("#metrics input:not([type=hidden])")
    fields.first.wait_for()
    for field, value in zip(fields.all(), ("12", "150"), strict=False):
        field.fill(value)
    page.locator("#preview .score").wait_for()


def report_of_last_month(page: Page) -> None:
    page.get_by_role("link", name="Monthly report").first.click()
    page.locator("a", has=page.locator("use[href$='#prev']")).first.click()


SHOTS = (
    Shot("intake", "", "/intake"),
    Shot("status", "hassan@savannagrocers.example", "/profile/submitted/?tab=open", open_first("td.title a")),
    Shot("queue", "wanjiru@kpiweb.example", "/tickets/?tab=all"),
    Shot("ticket", "wanjiru@kpiweb.example", "/tickets/?tab=progress", open_first("td.title a")),
    Shot("self-log", "otieno@kpiweb.example", "/tickets/new/", fill_in_work),
    Shot("dashboard", "manager@kpiweb.example", "/performance/"),
    Shot("report", "manager@kpiweb.example", "/performance/", report_of_last_month),
    Shot("performance", "otieno@kpiweb.example", "/profile/performance/"),
    Shot("pending", "admin@kpiweb.example", "/admin/tickets/pendingticket/"),
)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    product = Product("--demo")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path(), args=FLAGS, chromium_sandbox=os.geteuid() != 0
            )
            for shot in SHOTS:
                for theme in ("light", "dark"):
                    path = FOLDER / f"{shot.name}-{theme}.webp"
                    path.write_bytes(take(browser, product.url, shot, theme))
                    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")  # noqa: T201 - a command
    finally:
        product.close()


def take(browser: Browser, site: str, shot: Shot, theme: str) -> bytes:
    """The picture as WebP."""
    context = browser.new_context(
        viewport=SIZE,
        color_scheme=theme,
        locale="en-GB",
        timezone_id="Africa/Nairobi",
        reduced_motion="reduce",  # type: ignore[arg-type]
    )
    page = context.new_page()
    if shot.who:
        page.goto(f"{site}/accounts/login/?next={shot.path}")
        page.get_by_label("Email").fill(shot.who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site}{shot.path}")
    shot.then(page)
    page.wait_for_load_state("networkidle")
    png = base64.b64encode(page.screenshot()).decode()
    page.goto("about:blank")
    encoded: str = page.evaluate(ENCODE, png)
    context.close()
    return base64.b64decode(encoded)


def pictures() -> list[Path]:
    return sorted(FOLDER.glob("*.webp"))


if __name__ == "__main__":
    main()
