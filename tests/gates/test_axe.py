"""Accessibility: axe-core finds nothing on any distinct rendering, by role, in light, in dark and on a phone."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.models import SettingsChange
from intake.lookup import grant
from kpi import corrections, drift, locking, plans
from kpi.models import Cell, Change, ImportProblem, ItemImport, KpiItem, TypeVersion
from kpiweb.help.guides import ROLES
from tests.browsing import DESKTOP
from tests.cast import NAIROBI, START, Cast, make_cast, make_ticket, minutes, set_policy
from tests.every_rule import make_types, metrics_of
from tests.gates.axe import Inspector
from tests.kpi.months import EVER, MINUTE, OVER, done, make, second_country, unit
from tests.kpi.past import proposed
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.edit import Edit, edit
from tickets.verbs.end import client_close, close
from tickets.verbs.reopen import reopen
from tickets.verbs.self_log import Logged, self_log

MONTH = "2026-10"
DOWN = {"down_from": "2026-10-05T09:00", "downtime_minutes": 600}


@pytest.fixture
def world(transactional_db: None) -> Cast:
    """The cast on a live site."""
    return make_cast()


@pytest.fixture
def inspector(world: Cast, live_server: Any, open_page: Callable[..., Page]) -> Callable[[str], Inspector]:
    """An inspector in the shoes of somebody of the cast."""
    return lambda name: Inspector(open_page(), live_server.url, getattr(world, name))


def by_every_status(cast: Cast, **fields: Any) -> dict[str, Ticket]:
    """A ticket in each status by the status's name, and one that nobody has."""
    tickets = {status.name.lower(): make_ticket(cast, status=status, **fields) for status in Status if status != "new"}
    conversation.note(tickets["progress"].pk, actor=cast.mate, at=START + minutes(6), body="Ask the vendor first.")
    return {**tickets, "new": make_ticket(cast, **fields)}


def hidden(ticket: Ticket) -> str:
    return f"/intake/status/{ticket.reference}"


def test_public_pages(world: Cast, inspector: Callable[[str], Inspector]) -> None:
    look = inspector("nobody")
    tickets = by_every_status(world, anonymous=True)
    found = grant(list(tickets.values()))
    look.visit("intake, empty", "/intake")
    look.send("intake, refused", "form:has([name=description])", status=422)
    look.open("/intake")
    look.send("look-up, refused", "form:has([name=q])", status=422)
    look.visit("look-up, found", f"/intake/found/{found}")
    look.visit("look-up, nothing found", f"/intake/found/{grant([])}")
    look.visit("look-up, a found ticket", f"/intake/found/{found}/{tickets['progress'].pk}")
    look.visit("look-up, too old", "/intake/found/forged", status=404)
    look.visit("look-up, mailed", "/intake/sent")
    look.visit("confirmation", f"/intake/submitted/{tickets['new'].reference}")
    for name, ticket in tickets.items():
        look.visit(f"status, signed out, {name}", hidden(ticket))
    look.visit("not found", f"/intake/status/{uuid.uuid4()}", status=404)
    look.judge()


def test_guides(inspector: Callable[[str], Inspector]) -> None:
    look = inspector("nobody")
    look.visit("help", "/help/")
    look.visit("help, found", "/help/?q=holiday")
    look.visit("help, nothing found", "/help/?q=zebra")
    for role in ROLES:
        look.visit(f"guide, {role}", f"/help/{role}/")
    look.judge()


def test_account_pages(inspector: Callable[[str], Inspector]) -> None:
    look = inspector("nobody")
    for name in ("login", "signup", "password/reset"):
        look.visit(f"{name}, empty", f"/accounts/{name}/")
        look.send(f"{name}, refused", "main form:not([action*=google])", status=422)
    look.visit("password reset, on its way", "/accounts/password/reset/done/")
    look.visit("password reset, dead link", "/accounts/password/reset/key/1-dead/")
    look.visit("sign-up, mail on its way", "/accounts/confirm-email/")
    look.judge()


def test_customers_pages(world: Cast, inspector: Callable[[str], Inspector]) -> None:
    look = inspector("submitter")
    look.visit("submitted, empty", "/profile/submitted/")
    tickets = by_every_status(world)
    look.visit("intake, signed in", "/intake")
    for name, ticket in tickets.items():
        look.visit(f"status, submitter, {name}", hidden(ticket))
    look.open(hidden(tickets["progress"]))
    look.send("status, message refused", "form.composer", status=422)
    look.visit("a new link, asked", f"{hidden(tickets['new'])}/link")
    look.visit("submitted, filled", "/profile/submitted/?tab=all")
    look.visit("password", "/accounts/password/change/")
    look.visit("address", "/accounts/email/")
    look.visit("sign out", "/accounts/logout/")
    look.judge()


def test_agents_pages(world: Cast, inspector: Callable[[str], Inspector]) -> None:
    look = inspector("assignee")
    look.visit("queue, empty", "/tickets/")
    look.visit("my tickets, empty", "/profile/")
    look.visit("performance, empty", f"/profile/performance/?month={MONTH}")
    tickets = by_every_status(world)
    look.visit("queue, filled", "/tickets/?tab=all")
    look.visit("my tickets, filled", "/profile/")
    for name, ticket in tickets.items():
        look.visit(f"ticket, {name}", f"/tickets/{ticket.reference}/")
    progress = tickets["progress"]
    page = f"/tickets/{progress.reference}/"
    look.visit("ticket, note tab", f"{page}?tab=note")
    look.send("ticket, note refused", "form.composer", status=422)
    look.open(page)
    spoil = "form:has([name=subject])"
    look.send("ticket, edit refused", spoil, status=422, change=lambda p: p.locator("[name=subject]").fill(""))
    look.open(page)
    changes = Edit(
        ticket_date=progress.ticket_date, type=progress.type, subject="A subject of somebody else",
        description=progress.description, priority=progress.priority, count_off_day=False,
    )  # fmt: skip
    progress.refresh_from_db()
    edit(progress.pk, actor=world.admin, at=START + minutes(9), version=progress.version, changes=changes)
    look.send("ticket, conflict", spoil, status=409, change=lambda p: p.locator("[name=subject]").fill("Mine"))
    look.visit("reject", f"/tickets/{make_ticket(world, assignee=world.assignee).reference}/rejection")
    look.send("reject, refused", "main form", status=422)
    look.visit("performance, filled", f"/profile/performance/?month={MONTH}")
    look.visit("work of a type", f"/performance/{MONTH}/tickets/?type=issue")
    look.visit("work, none", f"/performance/{MONTH}/tickets/?type=request&counted=missed")
    look.visit("explained month", f"/performance/{MONTH}/explain/")
    look.visit("explained type", f"/performance/{MONTH}/explain/?type=issue")
    look.visit("explanation", f"/profile/performance/item/{tickets['closed'].item_id}/")
    look.visit("not found, signed in", f"/tickets/{uuid.uuid4()}/", status=404)
    look.judge()


def test_new_ticket_and_what_comes_of_it(world: Cast, inspector: Callable[[str], Inspector]) -> None:
    types, now = make_types(world), timezone.now()
    today = now.astimezone(NAIROBI).date()
    sunday = today - timedelta(days=(today.weekday() + 1) % 7 or 7)
    look = inspector("assignee")
    look.visit("new ticket, empty", "/tickets/new/")
    for rule, type_ in types.items():
        typed = {f"m_{name}": value for name, value in metrics_of(rule, today).items()}
        address = f"/tickets/new/?{urlencode({'type': type_.pk, **typed})}"
        look.visit(f"new ticket, {rule}", address)
    look.open(f"/tickets/new/?type={types['acr'].pk}")
    look.send("new ticket, refused", "form:has([name=description])", status=422)
    look.visit("new ticket, day off", f"/tickets/new/?type={types['acr'].pk}&m_frt=4&ticket_date={sunday}")
    work = Logged(types["acr"], sunday, "Counted the spare readers.", {"frt": 4}, count_off_day=True)
    ticket = self_log(work, actor=world.assignee, at=now)
    look.visit("ticket, self-logged", f"/tickets/{ticket.reference}/")
    reopen(ticket.pk, actor=world.assignee, at=now)
    look.visit("ticket, self-logged and re-opened", f"/tickets/{ticket.reference}/")
    open_still = make_ticket(world, status=Status.PROGRESS, type=types["ic-closure"])
    look.visit("ticket, metrics to type", f"/tickets/{open_still.reference}/")
    look.send("ticket, metrics refused", "form:has([name=subject])", status=422, change=set_closed)
    set_policy(world.department, clients_close=True)
    client_close(open_still.pk, actor=world.submitter, at=now)
    look.visit("my tickets, metrics missing", "/profile/?state=missing")
    look.visit("my tickets, both kinds", "/profile/?state=all")
    look.judge()


def test_new_ticket_for_others(inspector: Callable[[str], Inspector]) -> None:
    look = inspector("manager")
    look.visit("new ticket, no agent", "/tickets/new/", status=403)
    look.judge()


def test_management_reads_other_peoples_pages(world: Cast, inspector: Callable[[str], Inspector]) -> None:
    look = inspector("manager")
    tickets = by_every_status(world)
    look.visit("queue, management", "/tickets/?tab=all")
    look.visit("ticket, management", f"/tickets/{tickets['new'].reference}/")
    look.visit("performance, management", f"/profile/performance/?month={MONTH}&owner={world.assignee.pk}")
    look.judge()


def test_performance_pages(world: Cast, inspector: Callable[[str], Inspector]) -> None:
    manager, lead, agent = (inspector(name) for name in ("manager", "lead", "assignee"))
    manager.visit("dashboard, empty", f"/performance/?month={MONTH}")
    manager.visit("monthly report, empty", "/performance/2026-10/")
    agent.visit("own dashboard, empty", f"/performance/?month={MONTH}")
    year_of_work(world)
    manager.visit("dashboard, filled", f"/performance/?month={MONTH}")
    manager.visit("monthly report, filled", "/performance/2026-10/")
    manager.page.locator("details:not([open]):not(.menu) > summary").evaluate_all(
        "all => all.forEach(one => one.click())"
    )
    manager.inspect("monthly report, unfolded")
    place = f"department={world.department.code}"
    manager.visit(
        "monthly report, a person in a department", f"/performance/2026-10/?{place}&owner={world.assignee.pk}"
    )
    for query in (
        "country=KE",
        place,
        f"{place}&group={world.group.pk}",
        f"{place}&type=projects",
        f"{place}&type=issue",
    ):
        manager.visit(f"explained, {query}", f"/performance/2026-10/explain/?{query}")
    manager.visit("work of a department", f"/performance/2026-10/tickets/?{place}&counted=no")
    lead.visit("dashboard, lead", f"/performance/?month={MONTH}")
    lead.visit("monthly report, lead", "/performance/2026-10/")
    agent.visit("own dashboard, filled", f"/performance/?month={MONTH}")
    agent.visit("monthly report, own", "/performance/2026-10/")
    tried = "type=issue&month=2026-10&try=1&response_weight=50&resolution_weight=50&weight=1&pass_mark=95"
    manager.visit("what if, to choose", "/performance/what-if/")
    manager.visit("what if, tried", f"/performance/what-if/?{tried}&response_target=1&resolution_target=1")
    manager.visit("what if, refused", f"/performance/what-if/?{tried}&response_target=x", status=422)
    agent.visit("calendar, to choose", "/performance/calendar/")
    here = f"/performance/calendar/?where={world.department.code}&start=2026-10-19T16:00"
    agent.visit("calendar, shown", f"{here}&target=1200")
    agent.visit("calendar, refused", here, status=422)
    for look in (manager, lead, agent):
        look.judge()


def test_locked_month_pages(world: Cast, inspector: Callable[[str], Inspector]) -> None:
    admin, agent = inspector("admin"), inspector("assignee")
    tickets = by_every_status(world)
    admin.visit("monthly report, admin", "/performance/2026-10/")
    admin.visit("lock, asked", "/performance/2026-10/lock/")
    admin.visit("lock, too early", "/performance/2099-01/lock/")
    admin.visit("unlock, nothing to unlock", "/performance/2026-10/unlock/")
    admin.visit("adjustments, not locked", "/performance/2026-10/adjustments/")
    locking.lock(date(2026, 10, 1), actor=world.admin, at=OVER)
    admin.visit("monthly report, locked", "/performance/2026-10/")
    admin.visit("adjustments, none", "/performance/2026-10/adjustments/")
    close(tickets["progress"].pk, actor=world.assignee, at=OVER)
    admin.visit("adjustments, filled", "/performance/2026-10/adjustments/")
    admin.visit("unlock, asked", "/performance/2026-10/unlock/")
    admin.send("unlock, refused", "main form", status=422)
    agent.visit("performance, locked", f"/profile/performance/?month={MONTH}")
    for look in (admin, agent):
        look.judge()


def test_scores_corrected_by_hand(world: Cast, inspector: Callable[[str], Inspector]) -> None:
    admin, agent = inspector("admin"), inspector("assignee")
    ticket, still_open = make_ticket(world, status=Status.CLOSED), make_ticket(world, status=Status.PROGRESS)
    page = f"/profile/performance/item/{ticket.item_id}/"
    admin.visit("correction", f"{page}correction/")
    admin.send("correction, refused", "main form", status=422)
    admin.visit("correction, not now", f"/profile/performance/item/{still_open.item_id}/correction/")
    corrections.correct(ticket.item_id, {"response_seconds": 9}, actor=world.admin, why="Phoned", at=START)
    assign(still_open.pk, to=world.mate, actor=world.admin, at=START + minutes(300))
    admin.visit("explanation, corrected", page)
    admin.visit("ticket, handed over", f"/tickets/{still_open.reference}/")
    agent.visit("explanation, corrected, its agent", page)
    for look in (admin, agent):
        look.judge()


def year_of_work(cast: Cast) -> None:
    """Work of two months under rules of items, people and units, met and missed, late and not counted."""
    own = [{"owner": cast.mate.pk, "from": "2026-09", "value": 4}]
    projects = make("projects", "project", cast.group, [cast.department], target=2, owner_targets=own, weight=2)
    servers = make("servers", "uptime", cast.group, [cast.department], threshold=99.5, window="24x7")
    by_every_status(cast)
    second_country(cast)
    for day in (date(2026, 9, 7), date(2026, 10, 5)):
        done(cast.issue, cast.assignee, EVER, day=day)
        done(cast.request, cast.other_agent, MINUTE, day=day)
        done(projects, cast.assignee, {"count": 2}, day=day)
    for code, metrics in (("mail", {"downtime_minutes": 0}), ("web", DOWN)):
        done(servers, cast.lead, {"unit": unit(cast.department, code).pk, **metrics})
    unit(cast.department, "branch")


def test_admin_pages(world: Cast, browser: Browser, live_server: Any) -> None:
    # Without the witness of open_page: Select2 in Django's admin asks for inline styles, and the policy refuses them.
    look = Inspector(browser.new_page(viewport=DESKTOP), live_server.url, world.admin)
    look.visit("admin, no pending tickets", "/admin/tickets/pendingticket/")
    tickets = by_every_status(world)
    pending = tickets["new"]
    version = TypeVersion.objects.filter(type=world.issue).get()
    look.visit("ticket, admin", f"/tickets/{pending.reference}/")
    look.visit("admin", "/admin/")
    look.visit("admin, pending ticket", f"/admin/tickets/pendingticket/{pending.pk}/change/")
    look.visit("admin, delete a ticket", f"/admin/tickets/pendingticket/{pending.pk}/delete/")
    look.visit("admin, a country that is needed", f"/admin/accounts/country/{world.country.pk}/delete/")
    look.visit("admin, type version", f"/admin/kpi/typeversion/{version.pk}/change/")
    look.send("admin, type version refused", "#typeversion_form", status=200, change=clear("response_target"))
    look.visit("admin, users", "/admin/accounts/user/")
    look.send("admin, role to set, asked", "#changelist-form", status=200, change=choose("set_role"))
    look.send("admin, role refused", "#bulk_form", status=200)
    look.visit("admin, users", "/admin/accounts/user/")
    look.send("admin, department to set, asked", "#changelist-form", status=200, change=choose("set_department"))
    look.visit("admin, hours to add", "/admin/kpi/workinghours/add/")
    look.send("admin, hours refused", "#workinghours_form", status=200)
    look.visit("admin, special day to add", "/admin/kpi/replacedday/add/")
    look.visit("admin, user", f"/admin/accounts/user/{world.assignee.pk}/change/")
    look.visit("admin, department", f"/admin/accounts/department/{world.department.pk}/change/")
    look.visit("admin, organisation", f"/admin/accounts/organisation/{world.organisation.pk}/change/")
    look.visit("admin, organisation to add", "/admin/accounts/organisation/add/")
    look.visit("admin, site settings", "/admin/accounts/sitesettings/")
    look.send("admin, site settings refused", "#sitesettings_form", status=200, change=clear("number_prefix"))
    look.visit("admin, changes of settings", "/admin/accounts/settingschange/")
    look.visit("admin, a change", f"/admin/accounts/settingschange/{SettingsChange.objects.latest('pk').pk}/change/")
    look.visit("admin, ticket events", "/admin/tickets/ticketevent/?kind__exact=assigned")
    days = f"/admin/kpi/replacedday/import/?country={world.country.pk}"
    imports(look, world)
    look.visit("admin, holidays to choose", days)
    look.visit("admin, holidays refused", f"{days}&first_year=x", status=422)
    look.visit("admin, holidays compared", f"{days}&first_year=2026&last_year=2027&categories=public")
    Cell.objects.filter(counted=1).update(total=999)
    look.visit("admin, a drift check", f"/admin/kpi/driftcheck/{drift.check(at=START).pk}/change/")
    look.visit("admin, drift checks", "/admin/kpi/driftcheck/")
    version.parameters = {"response_target": 1, "resolution_target": 60}
    change = proposed(world, plans.saving(version))
    look.visit("admin, change of the past", f"/admin/kpi/change/{change.pk}/change/")
    look.send("admin, change refused", "form:has([name=reason])", status=422)
    look.send("admin, change from a date refused", "form:has([name=since])", status=422)
    Change.objects.update(state="applying", done=1, total=3, failure="OperationalError", written=True)
    look.visit("admin, change being applied", f"/admin/kpi/change/{change.pk}/change/")
    look.visit("admin, changes of the past", "/admin/kpi/change/")
    Change.objects.all().delete()
    look.visit("admin, mails", "/admin/notifications/outgoingmail/")
    look.send("admin, mails to park, asked", "#changelist-form", status=200, change=choose("park"))
    look.visit("admin, pending tickets", "/admin/tickets/pendingticket/")
    look.send("admin, assign the selected", "#changelist-form", status=200, change=choose("assign_selected"))
    look.page.context.close()
    look.judge()


def imports(look: Inspector, cast: Cast) -> None:
    """The import page, empty, filled and refused, and a file in each of its states."""
    look.visit("admin, import, empty", "/admin/kpi/kpiitem/import/")
    look.send("admin, import, refused", "#content form[enctype]", status=422)
    for state in ItemImport.State:
        file = ItemImport.objects.create(
            name="october.xlsx", digest=state, by=cast.admin, at=START, state=state, rows=9, new=2, known=7
        )
        ImportProblem.objects.create(file=file, row=2, place=1, column="A", heading="Date", message="Fill in this cell")
        look.visit(f"admin, import, {state}", f"/admin/kpi/kpiitem/import/{file.pk}/")
    look.visit("admin, import, filled", "/admin/kpi/kpiitem/import/")
    item = KpiItem.objects.filter(not_counted="").latest("pk")
    KpiItem.objects.filter(pk=item.pk).update(source="imported", external_id="INC-1")
    page = f"/admin/kpi/kpiitem/{item.pk}"
    look.visit("admin, imported item", f"{page}/change/")
    look.visit("admin, imported item, correct", f"{page}/imported/")
    look.send("admin, imported item, refused", "#content form:has([name=why])", status=422)
    look.visit("admin, imported item, remove", f"{page}/imported/removal/")


def set_closed(page: Page) -> None:
    page.locator("[name=status]").select_option("closed")


def clear(name: str) -> Callable[[Page], object]:
    return lambda page: page.locator(f"[name={name}]").fill("")


def choose(action: str) -> Callable[[Page], None]:
    """Tick the first row of a list and choose an action for it."""

    def chosen(page: Page) -> None:
        page.locator("input.action-select").first.check()
        page.locator("select[name=action]").first.select_option(action)

    return chosen
