"""Accessibility of the admin of types: rules, a type in each of its states, versions being tried, and cloning."""

from typing import Any

from playwright.sync_api import Browser, Page

from kpi.engine.rules import RULES
from kpi.models import KpiType, TypeVersion
from tests.browsing import DESKTOP
from tests.cast import SINCE, Cast
from tests.every_rule import make_types
from tests.gates.axe import Inspector
from tests.gates.test_axe import clear, world  # noqa: F401 - a fixture

CLONE = "#content form:has([name=valid_from])"


def fill(name: str, words: str) -> Any:
    return lambda page: page.locator(f"[name='{name}']").fill(words)


def press_try(page: Page) -> None:
    """As the button of the box: its name goes along with the form."""
    page.locator("#typeversion_form").evaluate(
        """form => {
            const asked = document.createElement('input');
            Object.assign(asked, {type: 'hidden', name: '_try', value: '1'});
            form.append(asked);
        }"""
    )


def test_types_and_rules(world: Cast, browser: Browser, live_server: Any) -> None:  # noqa: F811
    # Without the witness of open_page: Select2 in Django's admin asks for inline styles, and the policy refuses them.
    look = Inspector(browser.new_page(viewport=DESKTOP), live_server.url, world.admin)
    bare = KpiType.objects.create(code="bare", name="Bare", rule="project")
    TypeVersion.objects.create(type=world.issue, valid_from="2099-01-01", group=world.group, parameters={})
    look.visit("admin, rules", "/admin/kpi/rules/")
    for code in RULES:
        look.visit(f"admin, rule {code}", f"/admin/kpi/rules/{code}/")
    look.visit("admin, type to add", "/admin/kpi/kpitype/add/")
    look.visit("admin, type without a version", f"/admin/kpi/kpitype/{bare.pk}/change/")
    look.visit("admin, first version", f"/admin/kpi/typeversion/add/?type={bare.pk}")
    page = f"/admin/kpi/kpitype/{world.issue.pk}/change/"
    look.visit("admin, type", page)
    look.visit("admin, type tried", f"{page}?try=1&m_response_seconds=20&m_resolution_seconds=999")
    look.visit("admin, type tried, refused", f"{page}?try=1&m_response_seconds=x", status=422)
    for type_ in make_types(world).values():
        look.visit(f"admin, box of {type_.rule}", f"/admin/kpi/kpitype/{type_.pk}/change/")
    version = TypeVersion.objects.get(type=world.issue, valid_from=SINCE)
    look.open(f"/admin/kpi/typeversion/{version.pk}/change/")
    fill("m_response_seconds", "20")(look.page)
    look.send("admin, version tried", "#typeversion_form", status=200, change=press_try)
    fill("response_weight", "70")(look.page)
    look.send("admin, version tried, refused", "#typeversion_form", status=422, change=press_try)
    look.visit("admin, type to clone", f"/admin/kpi/kpitype/{world.issue.pk}/clone/")
    look.send("admin, clone refused", CLONE, status=422, change=clear("valid_from"))
    look.page.context.close()
    look.judge()
