"""Django admin by class for the whole cast: admins edit, management looks, everybody else is sent to sign in."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from accounts.models import Department, SettingsChange, User
from kpi import drift, locking, plans
from kpi.models import Change, ItemImport, KpiItem, ReplacedDay
from tests.cast import PASSWORD, START, Cast, make_ticket, minutes
from tests.gates.addresses import PEOPLE, addresses, come_as, knock, seen
from tests.gates.admin_cases import CASES
from tests.kpi.months import OVER
from tests.kpi.past import proposed
from tickets.models import PendingTicket, Ticket, TicketEvent
from tickets.states import Status

# What the product writes itself: nobody adds a row by hand, not even an admin.
WRITTEN_BY_THE_PRODUCT = {
    "KpiItem",
    "Cell",
    "Change",
    "OutgoingMail",
    "Ticket",
    "PendingTicket",
    "TicketEvent",
    "SettingsChange",
    "DriftCheck",
    "MonthLock",
}
OUTSIDERS = (
    "nobody",
    "submitter",
    "colleague",
    "stranger",
    "namesake",
    "assignee",
    "mate",
    "lead",
    "other_agent",
    "gone",
)
EXPORTED = (SettingsChange, TicketEvent)
SURE = {"confirmed": "1"}
CLASSES = sorted(admin.site._registry, key=lambda model: model._meta.label)


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", CLASSES, ids=lambda model: model.__name__)
def test_class(cast: Cast, model: type[Model]) -> None:
    """GET and POST of the list and of the add form; what is refused changes no row."""
    make_ticket(cast, at=START + minutes(1))
    by_hand = "200" if model.__name__ not in (*WRITTEN_BY_THE_PRODUCT, "SiteSettings") else "403"
    listed = "200" if model.__name__ != "SiteSettings" else "->"  # one row: the list leads to its form
    expected = {
        **dict.fromkeys(OUTSIDERS, ("in", "in", "in", "in")),
        "manager": (listed, listed, "403", "403"),
        "admin": (listed, listed, by_hand, by_hand),
    }
    answers = {}
    for name in expected:
        client = come_as(cast, name)
        asked = [
            knock(client, method, address(model, page), {})
            for page in ("changelist", "add")
            for method in ("GET", "POST")
        ]
        assert not any(changed for _answer, changed in asked), f"{name} changed a row of {model.__name__}"
        answers[name] = tuple(str(seen(answer)) for answer, _changed in asked)
    assert answers == expected


def a_row(cast: Cast, model: type[Model]) -> Model:
    """One that the pages of the model are opened with."""
    if model._meta.label in CASES:
        return CASES[model._meta.label].stored(cast)  # type: ignore[no-any-return]
    make_ticket(cast, assignee=cast.mate)
    made = {
        "kpi.Change": lambda: proposed(cast, plans.deleting(ReplacedDay.objects.get())),
        "kpi.DriftCheck": lambda: drift.check(at=START),
        "kpi.MonthLock": lambda: locking.lock(KpiItem.objects.latest("pk").month, actor=cast.admin, at=OVER),
    }
    made.get(model._meta.label, lambda: None)()
    return model._base_manager.latest("pk")


# What stays for good, because something points at it or it tells what was: not even an admin deletes it.
NEVER_DELETED = {"User", "SiteSettings", "Ticket", *WRITTEN_BY_THE_PRODUCT} - {"PendingTicket"}
# What is looked at and never saved; the outbox has a form without buttons, a change of the past its own.
READ_ONLY = {"KpiItem", "Cell", "TicketEvent", "SettingsChange", "DriftCheck", "MonthLock"}
SAVED_AS_IT_STANDS = {"Ticket", "OutgoingMail"}  # an empty form of these is one that changes nothing


@pytest.mark.parametrize("model", CLASSES, ids=lambda model: model.__name__)
def test_pages_of_one_row(cast: Cast, model: type[Model]) -> None:
    """GET and POST of the form, of the history and of the question before a deletion."""
    row, name = a_row(cast, model), model.__name__
    saved = "403" if name in READ_ONLY else "->" if name in SAVED_AS_IT_STANDS else "200"
    gone = "403" if name in NEVER_DELETED else "200"
    expected = {
        **dict.fromkeys(OUTSIDERS, "in in in in in in"),
        "manager": "200 403 -> -> 403 403",
        "admin": f"200 {saved} -> -> {gone} {gone}",
    }
    answers = {}
    for person in expected:
        client = come_as(cast, person)
        asked = [
            knock(client, method, address(model, page, row.pk), {})
            for page in ("change", "history", "delete")
            for method in ("GET", "POST")
        ]
        assert not any(changed for _answer, changed in asked), f"{person} changed a row of {name}"
        answers[person] = " ".join(seen(answer) for answer, _changed in asked)
    assert answers == expected


# Pages of the site itself: {address without its arguments: (everybody else, management, admin)}, GET then POST.
OF_THE_SITE = {
    "admin:index": ("in in", "200 200", "200 200"),
    "admin:app_list": ("in in", "200 200", "200 200"),
    "admin:password_change": ("in in", "-> ->", "-> ->"),
    "admin:password_change_done": ("in in", "-> ->", "-> ->"),
    "admin:autocomplete": ("in in", "200 405", "200 405"),
    "admin:jsi18n": ("in in", "200 405", "200 405"),
    "admin/(?P<url>.*)$": ("in in", "404 404", "404 404"),
}
WITH = {"admin:app_list": ["kpi"]}
LOOKED_UP = "?app_label=accounts&model_name=user&field_name=department&term=op"
OPEN = {"admin:login", "admin:logout"}  # to whoever comes; allauth's pages stand behind them
LED_ON = "<path:object_id>/"  # Django's old address of a row, which leads to its form


@pytest.mark.parametrize("name", OF_THE_SITE)
def test_page_of_the_site(cast: Cast, name: str) -> None:
    path = "/admin/nonsense" if "url" in name else reverse(name, args=WITH.get(name, []))
    path += LOOKED_UP if name == "admin:autocomplete" else ""
    answers = {}
    for person in (*OUTSIDERS, "manager", "admin"):
        asked = [knock(come_as(cast, person), method, path, {}) for method in ("GET", "POST")]
        assert not any(changed for _answer, changed in asked), f"{person} changed a row at {name}"
        answers[person] = " ".join(seen(answer) for answer, _changed in asked)
    others, management, admin_ = OF_THE_SITE[name]
    assert answers == {**dict.fromkeys(OUTSIDERS, others), "manager": management, "admin": admin_}


def test_every_address_of_the_admin_has_its_row() -> None:
    pages = ("changelist", "add", "change", "delete", "history")
    of_models = {f"admin:{m._meta.app_label}_{m._meta.model_name}_{page}" for m in CLASSES for page in pages}
    exports = {f"admin:{m._meta.app_label}_{m._meta.model_name}_export" for m in EXPORTED}
    known = of_models | exports | {*OWN_PAGES, *OF_THE_SITE, *OPEN}
    found = {one.name for one in addresses() if one.shape.startswith("admin/") and not one.name.endswith(LED_ON)}
    assert found - known == set()
    assert known - found == set()


@pytest.mark.parametrize("person", ["manager", "admin"])
def test_what_is_looked_up_is_what_the_list_would_show(cast: Cast, person: str) -> None:
    """Nobody finds by looking up what their lists do not hold; nonsense is refused and no error."""
    client = come_as(cast, person)
    found = client.get(f"/admin/autocomplete/{LOOKED_UP}").json()["results"]
    assert [one["text"] for one in found] == ["Kenya / Operations"]
    for nonsense in ("", "?app_label=x&model_name=y&field_name=z", LOOKED_UP.replace("department", "password")):
        assert client.get(f"/admin/autocomplete/{nonsense}").status_code == 403
    for term in ("%00", "x" * 5000, "%25", "_"):
        assert client.get(f"/admin/autocomplete/{LOOKED_UP}{term}").json()["results"] == []


def test_ones_own_password_is_changed_on_the_page_of_the_account(cast: Cast) -> None:
    client = come_as(cast, "admin")
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    typed = {"old_password": PASSWORD, "new_password1": "quite another phrase", "new_password2": "quite another phrase"}
    client.post("/admin/password_change/", typed)
    assert User.objects.get(pk=cast.admin.pk).check_password(PASSWORD)


@pytest.mark.parametrize("model", EXPORTED, ids=lambda model: model.__name__)
def test_export(cast: Cast, model: type[Model]) -> None:
    """A file for who may look at the list, for nobody else; reading is all it does."""
    make_ticket(cast, at=START + minutes(1))
    answers = {name: knock(come_as(cast, name), "GET", address(model, "export"), {}) for name in PEOPLE}
    assert not any(changed for _answer, changed in answers.values())
    assert {name: str(seen(answer)) for name, (answer, _changed) in answers.items()} == {
        **dict.fromkeys(OUTSIDERS, "in"),
        "manager": "200",
        "admin": "200",
    }


@pytest.mark.parametrize("name", [*OUTSIDERS, "manager"])
def test_pending_ticket_is_neither_assigned_nor_deleted_by(cast: Cast, name: str) -> None:
    ticket = make_ticket(cast, at=START + minutes(1))
    client = come_as(cast, name)
    posts = [
        (address(PendingTicket, "change", ticket.pk), {"assign_to": str(cast.assignee.pk), "notify": "on"}),
        (address(PendingTicket, "delete", ticket.pk), {"post": "yes"}),
        (
            address(PendingTicket, "changelist"),
            {
                "action": "assign_selected",
                "_selected_action": str(ticket.pk),
                "to": str(cast.assignee.pk),
                "confirmed": "1",
            },
        ),
        (address(Ticket, "change", ticket.pk), {"assign_to": str(cast.assignee.pk)}),
    ]
    for path, data in posts:
        answer, changed = knock(client, "POST", path, data)
        assert not changed, path
        assert str(seen(answer)) in ("in", "403", "200"), path
    ticket.refresh_from_db()
    assert ticket.assignee is None


@pytest.mark.parametrize("name", [*OUTSIDERS, "manager", "admin"])
def test_change_of_the_past_is_decided_by_admins_alone(cast: Cast, name: str) -> None:
    """GET, an empty POST, and every decision there is."""
    make_ticket(cast, status=Status.CLOSED)
    path = address(Change, "change", proposed(cast, plans.deleting(ReplacedDay.objects.get())).pk)
    client = come_as(cast, name)
    posts = (
        {},
        {"apply": "1", "reason": "Signed"},
        {"narrow": "1", "since": "2026-10-12"},
        {"all": "1"},
        {"cancel": "1"},
    )
    answers = [knock(client, "GET", path, {}), *(knock(client, "POST", path, form) for form in posts)]
    seen_by = [f"{seen(answer)}{'!' if changed else ''}" for answer, changed in answers]
    expected = {"manager": ["200", *["403"] * 5], "admin": ["200", "200", "->!", "->!", "->", "->!"]}
    assert seen_by == expected.get(name, ["in"] * 6)


@pytest.mark.parametrize("name", [*OUTSIDERS, "manager", "admin"])
def test_a_department_is_switched_off_and_given_a_preset_by_admins_alone(cast: Cast, name: str) -> None:
    client = come_as(cast, name)
    preset = f"{address(Department, 'preset', cast.department.pk)}?preset=service-desk"
    seen_by_admin = come_as(cast, "admin").get(preset).context["seen"]
    posts = ((address(Department, "active", cast.department.pk), {"to": "off"}), (preset, {"seen": seen_by_admin}))
    answers = [knock(client, "POST", path, form) for path, form in posts]
    told = [f"{seen(answer)}{'!' if changed else ''}" for answer, changed in answers]
    assert told == {"manager": ["403", "403"], "admin": ["->!", "->!"]}.get(name, ["in", "in"])


# Pages of their own inside the admin: {address: (management, admin)}, GET then POST without a form.
OWN_PAGES = {
    "admin:kpi_replacedday_import": ("403 403", "200 200"),
    "admin:kpi_departmenttype_grid": ("200 403", "200 422"),
    "admin:accounts_department_preset": ("403 403", "200 422"),
    "admin:accounts_department_active": ("403 403", "200 200"),
    "admin:kpi_kpiitem_import": ("403 403", "200 422"),
    "admin:kpi_kpiitem_import_template": ("403 403", "200 405"),
    "admin:kpi_kpiitem_import_file": ("403 403", "200 405"),
    "admin:kpi_kpiitem_import_store": ("403 403", "405 ->"),
    "admin:kpi_kpiitem_import_discard": ("403 403", "405 ->"),
    "admin:kpi_kpiitem_import_errors": ("403 403", "200 405"),
    "admin:kpi_kpiitem_imported": ("403 403", "200 422"),
    "admin:kpi_kpiitem_imported_removal": ("403 403", "200 422"),
    "admin:kpi_rules": ("200 405", "200 405"),
    "admin:kpi_rule": ("200 405", "200 405"),
    "admin:kpi_kpitype_try": ("200 405", "200 405"),
    "admin:kpi_kpitype_clone": ("403 403", "200 422"),
    "admin:kpi_typeversion_try": ("405 403", "405 200"),
}
OF_A_TYPE = ("kpitype_try", "kpitype_clone")
OF_A_FILE = ("file", "store", "discard", "errors")


@pytest.mark.parametrize("name", OWN_PAGES)
def test_own_page(cast: Cast, name: str) -> None:
    answers = {}
    file = ItemImport.objects.create(name="october.xlsx", digest="0", by=cast.admin, at=START)
    work = make_ticket(cast).item
    KpiItem.objects.filter(pk=work.pk).update(source="imported", owner=cast.assignee)
    of: Model | None = work if "imported" in name else file if name.endswith(OF_A_FILE) else None
    of = cast.department if name.startswith("admin:accounts_department") else of
    of = cast.issue if name.endswith(OF_A_TYPE) else of
    path = reverse(name, args=["rr"] if name == "admin:kpi_rule" else [of.pk] if of else [])
    for person in (*OUTSIDERS, "manager", "admin"):
        asked = [knock(come_as(cast, person), method, path, {}) for method in ("GET", "POST")]
        assert not any(changed for _answer, changed in asked), f"{person} changed a row at {name}"
        answers[person] = " ".join(seen(answer) for answer, _changed in asked)
    management, admin_ = OWN_PAGES[name]
    assert answers == {**dict.fromkeys(OUTSIDERS, "in in"), "manager": management, "admin": admin_}


@pytest.mark.parametrize(
    "asked",
    [
        "accounts/user/?password__startswith=pbkdf2",
        "accounts/user/?emailaddress__email__startswith=a",
        "accounts/user/?authenticator__data__contains=a",
        "accounts/user/?email__regex=a",
        "accounts/department/?leads__password__startswith=a",
        "notifications/outgoingmail/?kind=account&text__contains=key",
        "notifications/outgoingmail/?html__regex=key",
        "accounts/settingschange/?actor__password__startswith=a",
        "accounts/settingschange/export/?actor__password__startswith=a",
    ],
)
def test_what_no_page_shows_is_not_told_by_a_filter_either(cast: Cast, asked: str) -> None:
    assert come_as(cast, "manager").get(f"/admin/{asked}").status_code == 400
