"""Every form of the admin: a good one is saved and written down, a wrong one refused, an overtaken one shown again.

A model without an entry in admin_cases.py fails the suite.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import zip_longest
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.html import escape

from accounts.key_select import KeySelect
from accounts.models import Contact, Organisation, SettingsChange, Site, User
from kpi.models import Change
from kpi.parameter_forms import TypedField
from kpi.week_fields import WindowsField
from kpiweb.stale import SEEN
from tests.cast import Cast
from tests.gates.admin_cases import CASES, Case, Typed, Wrong
from tests.gates.filled import filled, typed_in
from tests.racing import race
from tickets.models import Ticket, TicketEvent

pytestmark = pytest.mark.django_db
MUCH = "1" + "0" * 30
NO_KEYS = ("abc", "0", "9" * 40, "1\x00", "²")
OVERTAKEN = "Somebody else saved this while you had it open. Save again to keep what you typed."
LISTED = {"Choose one from the list.", "Choose only from the list."}
EMPTY = {forms.ModelChoiceField: "Choose one from the list.", forms.ChoiceField: "Choose one from the list."}
KINDS = {
    forms.IntegerField: [
        ("abc", "Enter a whole number in digits, such as 14."),
        ("1.5", "Enter a whole number in digits, such as 14."),
    ],
    forms.DateField: [
        ("abc", "Enter a real date, such as 2026-11-19."),
        ("2026-02-30", "Enter a real date, such as 2026-11-19."),
        ("0026-11-19", "Enter a date from 1970-01-01 to 2200-01-01."),
        ("9999-12-31", "Enter a date from 1970-01-01 to 2200-01-01."),
    ],
    forms.DecimalField: [
        ("abc", "Enter a number, such as 95 or 92.5."),
        ("NaN", "Enter a number, such as 95 or 92.5."),
        ("sNaN", "Enter a number, such as 95 or 92.5."),
        ("-Infinity", "Enter a number, such as 95 or 92.5."),
    ],
}
CONTROLS = "Remove the control characters; use letters, numbers and punctuation only."


def editable() -> dict[str, type[Model]]:
    """What an admin may add or change, by its label."""
    request = RequestFactory().get("/")
    request.user = User(role="admin", is_active=True)
    ours = (pair for pair in admin.site._registry.items() if pair[0]._meta.label != "notifications.OutgoingMail")
    return {
        model._meta.label: model
        for model, one in ours
        if one.has_add_permission(request) or one.has_change_permission(request)
    }


MODELS = editable()


def test_every_form_of_the_admin_is_tried() -> None:
    assert sorted(CASES) == sorted(MODELS)


@pytest.fixture
def house(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.admin)
    return client


@pytest.fixture
def colleague(cast: Cast) -> Client:
    """The browser of another admin."""
    other = User.objects.create_user("other.admin@example.org", None, name="Otto Other", role="admin")
    client = Client(raise_request_exception=False)
    client.force_login(other)
    return client


def page_of(row: Any, page: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk] if row.pk else [])


def form_id(model: type[Model]) -> str:
    return f"{model._meta.model_name}_form"


def over(form: dict[str, list[str]], typed: Typed) -> dict[str, Any]:
    return form | {name: value if isinstance(value, list) else str(value) for name, value in typed.items()}


def opened(client: Client, address: str, model: type[Model]) -> dict[str, list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return filled(answer, form_id(model))


def errors_of(answer: Any) -> dict[str, list[str]]:
    """The sentences on the page by the name of the field; those of rows by the name that was sent."""
    form = answer.context["adminform"].form
    found = {name: list(map(str, sentences)) for name, sentences in form.errors.items()}
    for one in answer.context["inline_admin_formsets"]:
        for row in one.formset.forms:
            found |= {row.add_prefix(name): list(map(str, told)) for name, told in row.errors.items()}
        if told := list(map(str, one.formset.non_form_errors())):
            found[one.formset.prefix] = told
    return found


def stored_now(model: type[Model]) -> list[Any]:
    return [
        *model._base_manager.order_by("pk").values(),
        SettingsChange.objects.count(),
        TicketEvent.objects.count(),
        Change.objects.count(),
    ]


@pytest.mark.parametrize("label", CASES)
def test_a_good_form_is_saved_and_written_down(house: Client, cast: Cast, label: str) -> None:
    case, model = CASES[label], MODELS[label]
    if case.add:
        address = page_of(model(), "add") + case.query(cast)
        answer = house.post(address, over(opened(house, address, model), case.add(cast)))
        assert answer.status_code == 302, errors_of(answer)
        new = model._base_manager.get(**case.added)
        made = SettingsChange.objects.filter(object_id=new.pk, content_type__model=model._meta.model_name).get()
        assert (made.action, made.actor, str(made.object_repr)) == (0, cast.admin, str(new))
    row = case.stored(cast)
    before = SettingsChange.objects.count()
    answer = house.post(page_of(row), over(opened(house, page_of(row), model), case.change(cast)))
    assert answer.status_code == 302, errors_of(answer)
    column, was, now = case.audit
    if label.startswith("tickets."):
        event = TicketEvent.objects.latest("pk")
        assert (event.actor, event.kind, event.data["before"], event.data["to"]) == (cast.admin, "assigned", was, now)
        return
    assert SettingsChange.objects.count() == before + 1
    written = SettingsChange.objects.latest("pk")
    assert (written.actor, written.object_id, written.action) == (cast.admin, row.pk, 1)
    assert list(written.changes) == [column]
    if now is not None:
        assert [_plain(value) for value in written.changes[column]] == [_plain(was), _plain(now)]


def _plain(value: Any) -> str | None:
    return None if value in (None, "None") else str(value)


@pytest.mark.parametrize("label", CASES)
def test_a_wrong_form_is_refused_beside_the_field(house: Client, cast: Cast, label: str) -> None:
    case, model = CASES[label], MODELS[label]
    row = case.stored(cast)
    wrong = case.wrong(cast)
    address = page_of(row)
    answer = house.get(address)
    form, fields = filled(answer, form_id(model)), answer.context["adminform"].form.fields
    before = stored_now(model)
    rounds = [*([one] for one in wrong), *everywhere(fields, case)]
    faults = [fault for at_once in rounds for fault in faults_of(house, address, form, at_once, form_id(model))]
    assert not faults, "\n".join(faults)
    assert stored_now(model) == before


def faults_of(house: Client, address: str, form: dict[str, list[str]], wrong: list[Wrong], name: str) -> Iterator[str]:
    """What is amiss in the answer to a form in which several fields are wrong at once."""
    typed = {place: value for values, _field, _sentence in wrong for place, value in values.items()}
    sent = over(form, typed)
    answer = house.post(address, sent)
    if answer.status_code != 200:
        yield f"{typed}: {answer.status_code}"
        return
    page, errors = answer.content.decode(), errors_of(answer)
    for _values, field, sentence in wrong:
        told = errors.get(field, [])
        if (sentence not in told) if sentence else not told:
            yield f"{typed}: {field} says {told}, not {sentence!r}"
        if any(escape(words) not in page for words in told):
            yield f"{typed}: {told} is not on the page"
    for place, values in typed_in(answer, name).items():
        if place in sent and not place.endswith(("_password", "_FORMS")) and values != [_one(sent[place])]:
            yield f"{typed}: {place} holds {values}"


def _one(value: Any) -> str:
    return str(value[0] if isinstance(value, list) and value else value)


def everywhere(fields: dict[str, forms.Field], case: Case) -> Iterator[list[Wrong]]:
    """What is wrong with any field of a kind: the first of each field at once, then the second ..."""
    tries = [
        [({name: typed}, name, case.says.get((name, what), sentence)) for typed, what, sentence in of_field(one)]
        for name, one in fields.items()
    ]
    return ([one for one in at_once if one] for at_once in zip_longest(*tries))


def of_field(one: forms.Field) -> Iterator[tuple[str, str, str]]:
    if isinstance(one, TypedField | WindowsField | forms.BooleanField | forms.NullBooleanField):
        return
    if one.required:
        empty = [words for kind, words in EMPTY.items() if isinstance(one, kind)]
        yield "", "empty", (empty or ["Fill this in; it cannot stay empty."])[0]
    if isinstance(one, forms.ModelMultipleChoiceField):
        yield from ((typed, "key", "Choose only from the list.") for typed in NO_KEYS)
    elif isinstance(one, forms.ChoiceField):
        yield from ((typed, "key", "Choose one from the list.") for typed in NO_KEYS)
    for kind, tries in KINDS.items():
        if type(one) is kind:
            yield from ((typed, "kind", sentence) for typed, sentence in tries)
    if isinstance(one, forms.IntegerField):
        yield MUCH, "much", ""
    if isinstance(one, forms.CharField) and not isinstance(one.widget, forms.PasswordInput):
        yield "a\x07b", "controls", CONTROLS
        yield "a\x00b", "controls", CONTROLS
        if one.max_length:
            long = one.max_length + 1
            yield "x" * long, "long", f"Shorten this to {one.max_length} characters; it has {long}."


@pytest.mark.parametrize("label", [label for label in CASES if label != "tickets.PendingTicket"])
def test_an_overtaken_form_is_refused_once_and_then_saved(
    house: Client, colleague: Client, cast: Cast, label: str
) -> None:
    """Two admins open it; the second one to save is told what is stored now, and may then save."""
    case, model = CASES[label], MODELS[label]
    row = case.stored(cast)
    address = page_of(row)
    theirs = (
        case.theirs(cast)
        if case.theirs
        else {name: f"{value}9" if str(value).isdigit() else f"{value} 2" for name, value in case.change(cast).items()}
    )
    mine = opened(house, address, model)
    first = colleague.post(address, over(opened(colleague, address, model), theirs))
    assert first.status_code == 302, errors_of(first)
    refused = house.post(address, over(mine, case.change(cast)))
    assert refused.status_code == 200
    told = errors_of(refused)["__all__"]
    assert told[0] == OVERTAKEN
    assert any(" is now stored as: " in one for one in told[1:])
    written = SettingsChange.objects.count()
    again = filled(refused, form_id(model))
    saved = house.post(address, again)
    assert saved.status_code == 302, errors_of(saved)
    if not label.startswith("tickets."):
        assert SettingsChange.objects.count() == written + 1
        assert SettingsChange.objects.latest("pk").actor == cast.admin


def test_a_pending_ticket_that_somebody_assigned_meanwhile_leads_to_the_ticket(
    house: Client, colleague: Client, cast: Cast
) -> None:
    row = CASES["tickets.PendingTicket"].stored(cast)
    address = page_of(row)
    mine = opened(house, address, type(row))
    theirs = over(opened(colleague, address, type(row)), {"assign_to": cast.lead.pk})
    assert colleague.post(address, theirs).status_code == 302
    answer = house.post(address, over(mine, {"assign_to": cast.mate.pk}), follow=True)
    assert answer.redirect_chain == [(f"/admin/tickets/ticket/{row.pk}/change/", 302)]
    assert [str(one) for one in answer.context["messages"]] == [
        f"Ticket {row.pk} is pending no more: somebody else has assigned it meanwhile."
    ]
    assert Ticket.objects.get(pk=row.pk).assignee == cast.lead


def the_organisation(cast: Cast) -> Organisation:
    Site.objects.create(organisation=cast.organisation, name="Nairobi", address="River Road")
    Site.objects.create(organisation=cast.organisation, name="Mombasa", address="Quay")
    Contact.objects.create(organisation=cast.organisation, name="Hassan Abdi")
    return cast.organisation


def names(house: Cast) -> list[str]:
    return list(Site.objects.order_by("name").values_list("name", flat=True))


def test_a_row_on_the_form_that_somebody_saved_meanwhile_is_told_once(house: Client, cast: Cast) -> None:
    row = the_organisation(cast)
    form = opened(house, page_of(row), Organisation)
    Site.objects.filter(name="Nairobi").update(address="Moi Avenue")
    place = next(name for name, value in form.items() if value == ["River Road"])
    sent = form | {place: ["Ngong Road"]}
    refused = house.post(page_of(row), sent)
    prefix = place.rpartition("-")[0]
    assert errors_of(refused) == {f"{prefix}-__all__": [OVERTAKEN, "Address is now stored as: Moi Avenue"]}
    assert Site.objects.get(name="Nairobi").address == "Moi Avenue"
    assert house.post(page_of(row), filled(refused, "organisation_form")).status_code == 302
    assert Site.objects.get(name="Nairobi").address == "Ngong Road"


def test_a_row_to_be_deleted_that_somebody_saved_meanwhile_is_told_once(house: Client, cast: Cast) -> None:
    row = the_organisation(cast)
    form = opened(house, page_of(row), Organisation)
    Site.objects.filter(name="Nairobi").update(address="Moi Avenue")
    prefix = next(name for name, value in form.items() if value == ["River Road"]).rpartition("-")[0]
    refused = house.post(page_of(row), form | {f"{prefix}-DELETE": ["on"]})
    words = "Somebody else saved “Nairobi” while you had it open. Save again to delete it all the same."
    assert errors_of(refused)["sites"] == [words]
    assert names(cast) == ["Mombasa", "Nairobi"]
    again = filled(refused, "organisation_form")
    assert again[f"{prefix}-DELETE"] == ["on"]
    assert house.post(page_of(row), again).status_code == 302
    assert names(cast) == ["Mombasa"]


def test_a_row_that_somebody_deleted_meanwhile_comes_back_as_a_new_one(house: Client, cast: Cast) -> None:
    row = the_organisation(cast)
    form = opened(house, page_of(row), Organisation)
    Site.objects.filter(name="Mombasa").delete()
    refused = house.post(page_of(row), form)
    words = "Somebody else deleted a row while you had it open. It is at the end; save again to add it anew."
    assert errors_of(refused) == {"sites": [words]}
    assert names(cast) == ["Nairobi"]
    again = filled(refused, "organisation_form")
    assert (again["sites-INITIAL_FORMS"], again["sites-1-name"], again["sites-1-id"]) == (["1"], ["Mombasa"], [""])
    assert house.post(page_of(row), again).status_code == 302
    assert names(cast) == ["Mombasa", "Nairobi"]


def test_what_was_to_be_deleted_and_is_gone_is_no_matter(house: Client, cast: Cast) -> None:
    row = the_organisation(cast)
    form = opened(house, page_of(row), Organisation)
    prefix = next(name for name, value in form.items() if value == ["Quay"]).rpartition("-")[0]
    Site.objects.filter(name="Mombasa").delete()
    assert house.post(page_of(row), form | {f"{prefix}-DELETE": ["on"]}).status_code == 302
    assert names(cast) == ["Nairobi"]


def test_a_deletion_that_somebody_overtook_is_asked_once_more(house: Client, cast: Cast) -> None:
    the_organisation(cast)
    row = Site.objects.get(name="Nairobi")
    page = house.get(page_of(row, "delete")).content.decode()
    seen = re.search(rf'name="{SEEN}" value="(\w+)"', page)
    assert seen
    Site.objects.filter(pk=row.pk).update(name="Nairobi West")
    asked = house.post(page_of(row, "delete"), {"post": "yes", SEEN: seen[1]})
    assert [str(one) for one in asked.context["messages"]] == [
        "Somebody else saved this meanwhile. Look at it again, then delete it."
    ]
    assert "Nairobi West" in asked.content.decode()
    now = re.search(rf'name="{SEEN}" value="(\w+)"', asked.content.decode())
    assert now
    assert house.post(page_of(row, "delete"), {"post": "yes", SEEN: now[1]}).status_code == 302
    assert names(cast) == ["Mombasa"]


def test_every_select_that_searches_is_of_the_house(house: Client, cast: Cast) -> None:
    """Django's own asks the database for whatever is sent, and ends in an error where that is no key."""
    request = RequestFactory().get("/")
    request.user = cast.admin
    widgets = [
        (model._meta.label, name)
        for model, one in admin.site._registry.items()
        for name in one.get_autocomplete_fields(request)
        if not isinstance(one.formfield_for_dbfield(model._meta.get_field(name), request).widget.widget, KeySelect)
    ]
    assert widgets == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_a_row_of_a_form_at_once_one_is_told(cast: Cast, house: Client, colleague: Client) -> None:
    row = the_organisation(cast)
    tries = []
    for client, address in ((house, "Ngong Road"), (colleague, "Thika Road")):
        form = opened(client, page_of(row), Organisation)
        place = next(name for name, value in form.items() if value == ["River Road"])
        tries.append(partial(client.post, page_of(row), form | {place: [address]}))
    answers = race(*tries)
    assert sorted(getattr(answer, "status_code", 0) for answer in answers) == [200, 302], answers
    assert Site.objects.get(name="Nairobi").address in ("Ngong Road", "Thika Road")
    told = [errors_of(answer) for answer in answers if answer.status_code == 200]
    assert [one[0] for found in told for one in found.values()] == [OVERTAKEN]
