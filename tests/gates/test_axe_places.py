"""Accessibility of the admin's pages of places: countries, departments with their presets, the department-type map."""

from typing import Any

from playwright.sync_api import Browser, Page

from kpi.models import WorkingHours
from tests.browsing import DESKTOP
from tests.cast import SINCE, Cast, make_ticket
from tests.gates.axe import Inspector
from tests.gates.test_axe import clear, world  # noqa: F401 - fixtures


def another_mark(page: Page) -> None:
    """As if somebody had saved the map meanwhile."""
    page.evaluate("document.querySelector('[name=seen]').value = 'another'")


def test_countries_and_departments(world: Cast, browser: Browser, live_server: Any) -> None:  # noqa: F811
    make_ticket(world)
    department = f"/admin/accounts/department/{world.department.pk}"
    # Without the witness of open_page: Select2 in Django's admin asks for inline styles, and the policy refuses them.
    look = Inspector(browser.new_page(viewport=DESKTOP), live_server.url, world.admin)
    look.visit("departments, sorted by two columns", "/admin/accounts/department/?o=2.-1")
    look.visit("department to add", "/admin/accounts/department/add/")
    look.send("department refused", "#department_form", status=200)
    look.visit("department", f"{department}/change/")
    look.send("policies refused", "#department_form", status=200, change=clear("reopen_days"))
    look.visit("presets", f"{department}/preset/")
    look.visit("preset refused", f"{department}/preset/?preset=", status=422)
    look.visit("preset compared", f"{department}/preset/?preset=client-portal")
    look.visit("preset in force", f"{department}/preset/?preset=kpi-web")
    look.visit("department to switch off", f"{department}/active/")
    look.send("department switched off", "#content form", status=200)
    look.visit("department to switch on", f"{department}/active/")
    look.visit("country", f"/admin/accounts/country/{world.country.pk}/change/")
    look.visit("map as a grid", "/admin/kpi/departmenttype/grid/")
    look.send("map refused", "#content form[method=post]", status=422, change=another_mark)
    look.visit("map, wrong month", "/admin/kpi/departmenttype/grid/?month=soon", status=422)
    look.visit("map, list", "/admin/kpi/departmenttype/")
    look.visit("country to add", "/admin/accounts/country/add/")
    look.visit("no month was locked", "/admin/kpi/monthlock/")
    look.visit("nothing of that name", "/admin/accounts/country/?q=nothing")
    WorkingHours.objects.all().delete()
    WorkingHours.objects.create(department=world.department, valid_from=SINCE, week={})
    look.visit("country without hours", f"/admin/accounts/country/{world.country.pk}/change/")
    look.judge()
    reader = Inspector(browser.new_page(viewport=DESKTOP), live_server.url, world.manager)
    reader.visit("country, to read", f"/admin/accounts/country/{world.country.pk}/change/")
    reader.visit("map, to read", "/admin/kpi/departmenttype/grid/")
    reader.visit("department, to read", f"{department}/change/")
    reader.judge()
