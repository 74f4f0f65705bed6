"""Poison crawl: hostile words on every page and in every mail stay words, and no query string breaks a page."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.core.mail import get_connection
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import Country, Department, User
from intake.lookup import grant
from kpi.engine.rules import RULES
from kpi.models import Change, KpiType
from notifications.delivery import _build
from notifications.models import OutgoingMail
from tests.cast import NAIROBI, PASSWORD, START, Cast, make_ticket, minutes, set_policy
from tests.gates.addresses import addresses
from tests.gates.poison import (
    POISONS,
    SHOWN,
    Bottle,
    Reader,
    mail_faults,
    poison_change,
    poison_lock,
    poison_names,
    poison_tickets,
)
from tickets.models import Ticket
from tickets.states import Status

pytestmark = pytest.mark.django_db

CROWD = ("nobody", "submitter", "assignee", "admin")
MONTH = "month=2026-10"
NUL_AND_MUCH = "%00" + "x" * 10_000
QUERIES = (
    "page=abc", "page=-1", "page=0", "page=99999999999999999999", "page=1&page=zz", f"page={NUL_AND_MUCH}",
    "month=9999-99", "month=0001-01", "month=9999-12", "month=2026", "month=2000-01", "month=2100-12", "month=%00",
    "owner=1e9", "owner=99999999999999999999", "owner=-1", "owner=%C2%B2", "owner=%00", "owner=1&owner=x",
    "sort=evil", "sort=-evil", "sort=--number", "sort=number&sort=%00", "tab=x", "tab=%00&tab=closed", "tab=note",
    "q=%00", f"q={NUL_AND_MUCH}", "q=%25_%5C", "q=99999999999999999999", "q=KPI-99999999999999999999", "q=%FF%FE",
    "department=abc", "department=99999999999999999999", "department=%00", "version=%00", "version=1e9", "scope=x",
    "country=%00", "country=zz", "type=%00", "unit=%C2%B2", "unit=99999999999999999999", "counted=%00", "counted=evil",
    "type=%00&month=2026-10", "type=issue&month=9999-12&try=1&response_target=%00&owner_targets.999.owner=1",
    "type=issue&month=2026-10&try=1&weight=%C2%B2&pass_mark=nan", "where=%00&start=0001-01-01T00:00&target=1",
    "where=ke-operations&start=9999-12-31T23:59&target=500000", "where=country-KE&start=1970-01-01T00:00&end=x",
    "type=99999999999999999999", "ticket_date=%00", "ticket_date=0001-01-01", "ticket_date=9999-12-31", "seen=%00",
    "status=%00", "next=//evil.example/", "next=%0d%0aX:y", "a[]=1&%5B%5D&=&&",
)  # fmt: skip
ADMIN_QUERIES = (
    "q=%00", f"q={NUL_AND_MUCH}", "q=99999999999999999999", "o=99.evil", "o=-1", "p=-1", "p=abc", "p=99999999999",
    "e=1", "all=1", "status__exact=%00", "department__id__exact=99999999999999999999", "evil__field=1",
    "submitted_at__year=99999", "submitted_at__year=2026&submitted_at__month=13", "at__year=abc", "date__year=10000",
    "country=%00", "country=9&country=x", "first_year=%C2%B2&last_year=1e9&categories=%00",
    "first_year=2026&last_year=2026&categories=public&subdivision=%00",
    "month__year=2026&month__month=99", "is_active__exact=maybe", "_changelist_filters=%00", "_to_field=password",
    "_popup=1&_to_field=%00", "department__country__id__exact=abc", "created_at__gte=%00",
)  # fmt: skip

DAYS = "/admin/kpi/replacedday/import/"
NEW_VERSION = "/admin/kpi/typeversion/add/"
WORDS = "%00%22%3E%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE"
FIGURES = (
    f"m_response_seconds={WORDS}&m_count={WORDS}&m_downtime_minutes={WORDS}&try_priority={WORDS}&try_date={WORDS}",
    f"try_place={WORDS}&try_person={WORDS}&m_down_from={WORDS}&m_resolution_seconds={'9' * 5000}",
    "m_downtime_minutes=5&m_down_from=9998-12-31T23:59&try_date=9999-12-31&m_response_seconds=1&m_count=1",
    "m_downtime_minutes=5&m_down_from=1970-01-01T00:00&try_date=0001-01-01&m_response_seconds=1&m_count=1",
)


@pytest.fixture(params=POISONS)
def bottle(request: pytest.FixtureRequest) -> Bottle:
    """Each kind of poison in turn."""
    return Bottle(request.param)


def come_in(cast: Cast, name: str) -> Client:
    client = Client(raise_request_exception=False)
    if getattr(cast, name) is not None:
        client.force_login(getattr(cast, name))
    return client


def pages(cast: Cast, tickets: list[Ticket]) -> Iterator[str]:
    """The address of every page of the product but the admin, for each of the tickets."""
    token = grant(tickets)
    items = [ticket.item_id for ticket in tickets]
    keys = {"token": [token], "number": [t.pk for t in tickets], "code": [cast.issue.code, cast.request.code]}
    keys |= {
        "reference": [t.reference for t in tickets],
        "pk": items,
        "uidb36": ["1"],
        "key": ["1-dead"],
        "role": ["agent"],
        "month": [date(2026, 10, 1)],
    }
    for address in addresses():
        if not address.shape.startswith("admin/"):
            yield from _filled(address.name, keys)
    owner = f"{MONTH}&owner={cast.assignee.pk}"
    yield f"/intake/choices?department={cast.department.pk}"
    yield from (f"/tickets/new/?type={one.pk}" for one in KpiType.objects.all())
    place = f"department={cast.department.code}"
    yield f"/performance/?{MONTH}"
    for query in (f"country={cast.country.code}", place, f"{place}&owner={cast.assignee.pk}", owner):
        yield f"/performance/2026-10/?{query.removeprefix(f'{MONTH}&')}"
    for query in (owner, MONTH):
        yield f"/profile/performance/?{query}"
    for query in (place, owner.removeprefix(f"{MONTH}&"), f"country={cast.country.code}"):
        for page in ("tickets", "explain"):
            yield f"/performance/2026-10/{page}/?{query}"
            yield f"/performance/2026-10/{page}/?{query}&group={cast.group.pk}"
            yield from (f"/performance/2026-10/{page}/?{query}&type={code}" for code in keys["code"])
    for tab in ("all", "closed", "rejected"):
        yield from (f"/tickets/?tab={tab}", f"/profile/submitted/?tab={tab}")


def _filled(name: str, keys: dict[str, list[Any]]) -> Iterator[str]:
    """The addresses of one pattern with every value of its single key; two keys go together in step."""
    for wanted in (
        (),
        ("reference",),
        ("token",),
        ("token", "number"),
        ("pk",),
        ("code",),
        ("month",),
        ("key",),
        ("role",),
        ("uidb36", "key"),
    ):
        for at in range(max((len(keys[key]) for key in wanted), default=1)):
            values = {key: keys[key][at % len(keys[key])] for key in wanted}
            try:
                yield reverse(name, kwargs=values)
            except NoReverseMatch:
                break


def admin_pages() -> Iterator[str]:
    """Lists, empty forms and every row of every model in the admin."""
    yield reverse("admin:index")
    for country in Country.objects.all():
        chosen = f"?country={country.pk}&first_year=2026&last_year=2026&categories=public"
        yield f"{reverse('admin:kpi_replacedday_import')}{chosen}"
        yield f"{reverse('admin:kpi_departmenttype_grid')}?country={country.pk}"
    for department in Department.objects.all()[:6]:
        for page in ("active", "preset"):
            yield f"{reverse(f'admin:accounts_department_{page}', args=[department.pk])}?preset=service-desk"
    yield reverse("admin:kpi_rules")
    yield from (reverse("admin:kpi_rule", args=[rule]) for rule in RULES)
    for type_ in KpiType.objects.all():
        page, live = (reverse(f"admin:kpi_kpitype_{name}", args=[type_.pk]) for name in ("change", "try"))
        yield from (f"{path}?try=1&{figures}" for path in (page, live) for figures in FIGURES)
        yield from (reverse("admin:kpi_kpitype_clone", args=[type_.pk]), f"{NEW_VERSION}?type={type_.pk}")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield from (reverse(f"{name}_changelist"), reverse(f"{name}_add"))
        for row in model._default_manager.order_by("-pk")[:6]:
            yield from (reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete"))


def confirmations() -> Iterator[tuple[str, dict[str, Any]]]:
    """The page that every action asks on, about the newest rows of its list."""
    request = RequestFactory().get("/")
    request.user = User(role="admin", is_active=True)
    for model, one in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        keys = list(model._default_manager.order_by("-pk").values_list("pk", flat=True)[:6])
        yield from ((address, {"action": name, "_selected_action": keys}) for name in one.get_actions(request))


def spoiled_forms(cast: Cast, bottle: Bottle, tickets: list[Ticket]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Forms that come back with what was typed, all of it poisoned."""
    words = bottle.of("typed")
    typed = dict.fromkeys(("name", "email", "description", "q", "body", "subject", "reason", "login"), words)
    typed |= {"password": words, "password1": words, "password2": words, "next": words, "form_key": words}
    typed |= {"department": words, "type": words, "user": words, "priority": words, "status": words, "to": words}
    reference = tickets[1].reference
    for path in ("/intake", "/intake/lookup", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        yield path, typed
        yield path, typed | {"department": str(cast.department.pk), "email": "poison@example.org", "body": ""}
    for path in ("update", "messages", "assignment", "rejection"):
        yield f"/tickets/{reference}/{path}", typed
        yield f"/tickets/{reference}/{path}", typed | {"body": "", "reason": "", "version": "0"}
    yield f"/intake/status/{reference}/messages", typed
    today = str(timezone.now().astimezone(NAIROBI).date())
    kinds = [*KpiType.objects.filter(code="servers"), cast.issue]
    metrics = {f"m_{metric.name}": words for kind in kinds for metric in RULES[kind.rule].metrics}
    for kind in kinds:
        logged = {"ticket_date": today, "type": str(kind.pk), "description": words, "seen": words}
        for path in ("/tickets/new/", "/tickets/new/parts"):
            yield path, typed | {"ticket_date": words, "seen": words}
            yield path, logged | metrics
            yield path, logged | metrics | {"show": "1", "ticket_date": ""}
    for path in ("/accounts/", "/accounts/again/", "/accounts/login/code/", "/accounts/google/login/"):
        yield path, typed | {"code": words, "zone": words, "language": words, "process": words}
    yield "/admin/accounts/user/add/", typed | {"department": ""}
    yield "/admin/accounts/department/add/", typed
    yield "/admin/kpi/departmenttype/grid/", typed | {"intake": words, "self_log": words, "seen": words}
    for change in Change.objects.all():
        for verb in ("apply", "narrow"):
            yield f"/admin/kpi/change/{change.pk}/change/", typed | {verb: "1", "since": words, "confirmed": words}
    yield "/admin/kpi/kpigroup/add/", typed | {"name": bottle.much_of("name")}
    for kind in kinds:
        yield f"/admin/kpi/kpitype/{kind.pk}/clone/", typed | {"code": words, "valid_from": words}
        asked = {parameter.name: words for parameter in RULES[kind.rule].parameters}
        for path in (NEW_VERSION, "/admin/kpi/typeversion/try/"):
            yield path, metrics | asked | {"type": str(kind.pk), "_try": "1", "try": "1", "try_place": words}


def read(answer: Any) -> Reader:
    """The body of an answer under the reader; what is no page has nothing to break out of."""
    is_page = answer.get("Content-Type", "").startswith("text/html")
    return Reader(answer.content.decode() if is_page else "")


def test_poisoned_words_stay_words_on_every_page(cast: Cast, bottle: Bottle) -> None:
    set_policy(cast.department, ask_priority=True, clients_close=True, clients_reopen=True)
    poison_names(cast, bottle)
    tickets = poison_tickets(cast, bottle)
    poison_lock(cast, bottle, tickets)
    poison_change(cast, bottle)
    paths = list(dict.fromkeys(pages(cast, tickets)))
    faults, shown, reached = [], set(), set()
    for name in CROWD:
        client = come_in(cast, name)
        for path in [*paths, *(admin_pages() if name == "admin" else [])]:
            if "logout" in path:
                continue
            answer = client.get(path)
            reader = read(answer)
            faults += [f"{name} {path}: {fault}" for fault in reader.faults]
            faults += [f"{name} {path}: {answer.status_code}"] if answer.status_code >= 500 else []
            shown |= reader.marks(SHOWN)
            reached |= {path} if answer.status_code == 200 else set()
    house = come_in(cast, "admin")
    for path, data in confirmations():
        answer = house.post(path, data, follow=True)
        faults += [f"{path} {data['action']}: {fault}" for fault in read(answer).faults]
        faults += [f"{path} {data['action']}: {answer.status_code}"] if answer.status_code != 200 else []
    assert faults == []
    assert shown == SHOWN
    assert len(reached) > 100


def test_poisoned_words_come_back_as_words_from_refused_forms(cast: Cast, bottle: Bottle) -> None:
    poison_names(cast, bottle)
    tickets = poison_tickets(cast, bottle)
    poison_change(cast, bottle)
    faults, codes = [], set()
    for name in ("nobody", "submitter", "assignee", "admin"):
        for path, data in spoiled_forms(cast, bottle, tickets):
            answer = come_in(cast, name).post(path, data)
            codes.add(answer.status_code)
            faults += [f"{name} {path}: {fault}" for fault in read(answer).faults]
            faults += [f"{name} {path}: {answer.status_code}"] if answer.status_code >= 500 else []
    assert faults == []
    assert 422 in codes


def test_poisoned_words_stay_words_in_every_mail(cast: Cast, bottle: Bottle) -> None:
    set_policy(cast.department, reply_reopens=True)
    poison_names(cast, bottle)
    poison_tickets(cast, bottle)
    connection = get_connection("django.core.mail.backends.locmem.EmailBackend")
    written = list(OutgoingMail.objects.order_by("pk"))
    assert [(mail.kind, fault) for mail in written for fault in mail_faults(mail, _build(mail, connection))] == []
    assert {mail.kind for mail in written} == {
        "received", "new_in_queue", "assigned", "reply", "customer_replied", "closed", "reopened", "rejected",
    }  # fmt: skip
    assert any(Bottle.mark("reply") in mail.html for mail in written)


def test_poisoned_names_stay_words_in_the_mails_about_accounts(cast: Cast, bottle: Bottle) -> None:
    poison_names(cast, bottle)
    admin = come_in(cast, "admin")
    chosen = {"action": "invite", "_selected_action": [cast.submitter.pk], "confirmed": "1"}
    admin.post("/admin/accounts/user/", chosen)
    own = come_in(cast, "submitter")
    own.post("/accounts/email/", {"action_send": "", "email": cast.submitter.email})
    own.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "quite another phrase"})
    come_in(cast, "nobody").post("/accounts/password/reset/", {"email": cast.submitter.email})
    connection = get_connection("django.core.mail.backends.locmem.EmailBackend")
    written = list(OutgoingMail.objects.filter(recipient=cast.submitter.email).order_by("pk"))
    assert [(mail.subject, fault) for mail in written for fault in mail_faults(mail, _build(mail, connection))] == []
    assert [mail.subject for mail in written] == [
        "Your account for KPI Web", "Please confirm your email", "Your password was changed",
        "A new password for KPI Web",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["nobody", "submitter", "assignee", "admin"])
def test_no_query_string_breaks_a_page(cast: Cast, name: str) -> None:
    tickets = [make_ticket(cast, status=Status.CLOSED)]
    client = come_in(cast, name)
    paths = [path for path in dict.fromkeys(pages(cast, tickets)) if "?" not in path and "logout" not in path]
    assert [fault for path in paths for fault in _faults(client, path)] == []


def _faults(client: Client, path: str) -> list[str]:
    """The query strings that break a page.

    A page that is refused whatever the address says has not read it, so one request with all of them shows as much.
    """
    plain, hostile = (client.get(path + asked).status_code for asked in ("", f"?{'&'.join(QUERIES)}"))
    if plain in (403, 404) and hostile == plain:
        return []
    return [f"{path}?{query[:60]}" for query in QUERIES if client.get(f"{path}?{query}").status_code >= 500]


def test_no_query_string_breaks_the_admin(cast: Cast) -> None:
    make_ticket(cast, at=START + minutes(1))
    client = come_in(cast, "admin")
    lists = [path for path in admin_pages() if path.count("/") == 4] + ["/admin/autocomplete/", DAYS]
    broken = [
        f"{path}?{query[:60]}"
        for path in lists
        for query in ADMIN_QUERIES
        if client.get(f"{path}?{query}").status_code >= 500
    ]
    assert broken == []
