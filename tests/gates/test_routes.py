"""Who gets which answer at every address: URL x method x cast on one ticket in On Progress (domain section 3).

Django admin has its own table in test_admin_routes.py.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from intake import lookup
from tests.cast import NAIROBI, Cast, make_ticket, set_policy
from tests.gates.addresses import PEOPLE, addresses, come_as, knock, masked, seen
from tickets.models import Ticket
from tickets.states import Status

# A code, `ok` for a redirect after something was done, `->` for any other redirect, `in` for the one to sign-in.
# One word stands for everybody. `@new` and `@closed`: the same address of a pending and of a closed ticket.
TABLE = """
                                          nobo subm coll stra name assi mate lead othe mana admi gone
front                                GET  ->
front                                POST 405
healthz                              GET  200
healthz                              POST 405
readyz                               GET  200
readyz                               POST 405
help                                 GET  200
help                                 POST 405
help_guide                           GET  200
help_guide                           POST 405
account_profile                      GET  in   200  200  200  200  200  200  200  200  200  200  in
account_profile                      POST in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   in
account_login                        GET  200  ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   200
account_login                        POST 422  ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   422
account_request_login_code           GET  in
account_request_login_code           POST in
account_confirm_login_code           GET  in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
account_confirm_login_code           POST in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
account_reauthenticate               GET  in   200  200  200  200  200  200  200  200  200  200  in
account_reauthenticate               POST in   422  422  422  422  422  422  422  422  422  422  in
google_login                         GET  in
google_login                         POST 404
google_callback                      GET  404
google_callback                      POST 405
google_remove                        GET  405
google_remove                        POST in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
socialaccount_signup                 GET  in
socialaccount_signup                 POST 404
account_logout                       GET  ->   200  200  200  200  200  200  200  200  200  200  ->
account_logout                       POST ->
account_inactive                     GET  200
account_inactive                     POST 405
account_signup                       GET  200  ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   200
account_signup                       POST 422  ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   422
account_email                        GET  in   200  200  200  200  200  200  200  200  200  200  in
account_email                        POST in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
account_email_verification_sent      GET  200
account_email_verification_sent      POST 405
account_confirm_email                GET  200
account_confirm_email                POST 404
account_change_password              GET  in   200  200  200  200  200  200  200  200  200  200  in
account_change_password              POST in   422  422  422  422  422  422  422  422  422  422  in
account_reset_password               GET  200
account_reset_password               POST 422
account_reset_password_done          GET  200
account_reset_password_done          POST 405
account_reset_password_from_key      GET  200
account_reset_password_from_key      POST 200
account_reset_password_from_key_done GET  200
account_reset_password_from_key_done POST 405
mfa_index                            GET  ->
mfa_index                            POST ->
mfa_authenticate                     GET  in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
mfa_authenticate                     POST in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
mfa_reauthenticate                   GET  in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
mfa_reauthenticate                   POST in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
mfa_activate_totp                    GET  in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
mfa_activate_totp                    POST in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
mfa_deactivate_totp                  GET  in   404  404  404  404  404  404  404  404  404  404  in
mfa_deactivate_totp                  POST in   404  404  404  404  404  404  404  404  404  404  in
mfa_view_recovery_codes              GET  in   404  404  404  404  404  404  404  404  404  404  in
mfa_view_recovery_codes              POST in   405  405  405  405  405  405  405  405  405  405  in
mfa_generate_recovery_codes          GET  in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
mfa_generate_recovery_codes          POST in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
mfa_download_recovery_codes          GET  in   404  404  404  404  404  404  404  404  404  404  in
mfa_download_recovery_codes          POST in   404  404  404  404  404  404  404  404  404  404  in
tickets:queue                        GET  in   404  404  404  404  200  200  200  200  200  200  in
tickets:queue                        POST 405
tickets:self_log                     GET  in   404  404  404  404  200  200  200  200  403  403  in
tickets:self_log                     POST in   404  404  404  404  ok   ok   ok   ok   403  403  in
tickets:self_log_parts               GET  405
tickets:self_log_parts               POST in   404  404  404  404  200  200  200  200  403  403  in
tickets:ticket                       GET  in   404  404  404  404  200  200  200  404  200  200  in
tickets:ticket                       POST 405
tickets:live                         GET  in   404  404  404  404  200  200  200  404  200  200  in
tickets:live                         POST 405
tickets:update                       GET  405
tickets:update                       POST in   404  404  404  404  ok   403  403  404  403  ok   in
tickets:message                      GET  405
tickets:message                      POST in   404  404  404  404  ok   ok   ok   404  403  ok   in
tickets:take                         GET  405
tickets:take                         POST in   404  404  404  404  ->   422  422  404  422  422  in
tickets:assign                       GET  405
tickets:assign                       POST in   404  404  404  404  403  403  ok   404  403  ok   in
tickets:acknowledge                  GET  405
tickets:acknowledge                  POST in   404  404  404  404  403  403  403  404  403  403  in
tickets:reject                       GET  in   404  404  404  404  200  403  403  404  403  200  in
tickets:reject                       POST in   404  404  404  404  ok   403  403  404  403  ok   in
tickets:reopen                       GET  405
tickets:reopen                       POST in   404  404  404  404  422  403  403  404  403  422  in
tickets:profile                      GET  in   ->   ->   ->   ->   200  200  200  200  200  200  in
tickets:profile                      POST in   405  405  405  405  405  405  405  405  405  405  in
tickets:profile_submitted            GET  in   200  200  200  200  200  200  200  200  200  200  in
tickets:profile_submitted            POST in   405  405  405  405  405  405  405  405  405  405  in
tickets:profile_performance          GET  in   404  404  404  404  200  200  200  200  200  200  in
tickets:profile_performance          POST in   405  405  405  405  405  405  405  405  405  405  in
tickets:item_explanation             GET  in   404  404  404  404  200  404  200  404  200  200  in
tickets:item_explanation             POST in   405  405  405  405  405  405  405  405  405  405  in
tickets:item_correction              GET  in   404  404  404  404  403  404  403  404  403  200  in
tickets:item_correction              POST in   404  404  404  404  403  404  403  404  403  422  in
tickets:item_restore                 GET  in   405  405  405  405  405  405  405  405  405  405  in
tickets:item_restore                 POST in   404  404  404  404  403  404  403  404  403  ->   in
tickets:performance_items            GET  in   404  404  404  404  200  200  200  200  200  200  in
tickets:performance_items            POST in   405  405  405  405  405  405  405  405  405  405  in
tickets:performance_explain          GET  in   404  404  404  404  200  200  ->   200  ->   ->   in
tickets:performance_explain          POST in   405  405  405  405  405  405  405  405  405  405  in
tickets:item_correction@closed       POST in   404  404  404  404  403  404  403  404  403  ok   in
performance:dashboard                GET  in   404  404  404  404  200  200  200  200  200  200  in
performance:dashboard                POST in   405  405  405  405  405  405  405  405  405  405  in
performance:what_if                  GET  in   404  404  404  404  404  404  404  404  200  200  in
performance:what_if                  POST in   405  405  405  405  405  405  405  405  405  405  in
performance:calendar                 GET  in   404  404  404  404  200  200  200  200  200  200  in
performance:calendar                 POST in   405  405  405  405  405  405  405  405  405  405  in
performance:month                    GET  in   404  404  404  404  200  200  200  200  200  200  in
tickets:performance_xlsx             GET  in   404  404  404  404  200  200  200  200  200  200  in
tickets:performance_xlsx             POST in   405  405  405  405  405  405  405  405  405  405  in
tickets:performance_csv              GET  in   404  404  404  404  200  200  200  200  200  200  in
tickets:performance_csv              POST in   405  405  405  405  405  405  405  405  405  405  in
performance:month                    POST in   405  405  405  405  405  405  405  405  405  405  in
performance:lock                     GET  in   404  404  404  404  403  403  403  403  403  200  in
performance:lock                     POST in   404  404  404  404  403  403  403  403  403  ok   in
performance:unlock                   GET  in   404  404  404  404  403  403  403  403  403  200  in
performance:unlock                   POST in   404  404  404  404  403  403  403  403  403  422  in
performance:adjustments              GET  in   404  404  404  404  200  200  200  200  200  200  in
performance:adjustments              POST in   405  405  405  405  405  405  405  405  405  405  in
intake:submit                        GET  200
intake:submit                        POST ok
intake:choices                       GET  200
intake:choices                       POST 405
intake:confirmation                  GET  200
intake:confirmation                  POST 405
intake:lookup                        GET  405
intake:lookup                        POST ->
intake:sent                          GET  200
intake:sent                          POST 405
intake:found                         GET  200
intake:found                         POST 405
intake:found-ticket                  GET  200
intake:found-ticket                  POST 405
intake:status                        GET  200
intake:status                        POST 405
intake:live                          GET  200
intake:live                          POST 405
intake:message                       GET  405
intake:message                       POST 403  ok   ok   403  403  403  403  403  403  403  403  403
intake:close                         GET  403  200  403  403  403  403  403  403  403  403  403  403
intake:close                         POST 403  ok   403  403  403  403  403  403  403  403  403  403
intake:reopen                        GET  403  200  403  403  403  403  403  403  403  403  403  403
intake:reopen                        POST 403  422  403  403  403  403  403  403  403  403  403  403
intake:withdraw                      GET  403  200  403  403  403  403  403  403  403  403  403  403
intake:withdraw                      POST 403  422  403  403  403  403  403  403  403  403  403  403
intake:new-link                      GET  403  200  403  403  403  403  403  403  403  403  403  403
intake:new-link                      POST 403  ok   403  403  403  403  403  403  403  403  403  403
intake:keep-link                     GET  403  200  403  403  403  403  403  403  403  403  403  403
intake:keep-link                     POST 403  ->   403  403  403  403  403  403  403  403  403  403
tickets:take@new                     POST in   404  404  404  404  ok   ok   ok   404  403  403  in
tickets:acknowledge@new              POST in   404  404  404  404  403  403  403  404  403  403  in
tickets:reopen@closed                POST in   404  404  404  404  ok   403  403  404  403  ok   in
tickets:message@closed               POST in   404  404  404  404  ok   ok   ok   404  403  ok   in
intake:withdraw@new                  POST 403  ok   403  403  403  403  403  403  403  403  403  403
intake:reopen@closed                 POST 403  ok   403  403  403  403  403  403  403  403  403  403
intake:message@closed                POST 403  ok   ok   403  403  403  403  403  403  403  403  403
"""
BODY = "We are on it."


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """{(address, method): {person: expected}}."""
    read = {}
    for line in TABLE.strip().splitlines()[1:]:
        name, method, *cells = line.split()
        read[name, method] = dict(zip(PEOPLE, cells * (len(PEOPLE) if len(cells) == 1 else 1), strict=True))
    return read


ROWS = rows()
SHAPES = {address.name: address.shape for address in addresses() if not address.shape.startswith("admin/")}
OF_A_TICKET = sorted(name for name, shape in SHAPES.items() if "<uuid:reference>" in shape)


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody's address is verified but the namesake's, who also claims that of the submitter without proof."""
    set_policy(cast.department, "client-portal", reopen_days=3650)
    for name in PEOPLE[1:]:
        user = getattr(cast, name)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=name != "namesake")
    EmailAddress.objects.create(user=cast.namesake, email=cast.submitter.email, verified=False)
    return cast


@pytest.fixture
def staged(cast: Cast) -> Callable[[str], Ticket]:
    """A ticket in the state that stands behind the @, On Progress without one."""
    return lambda state: make_ticket(cast, status=Status(state or "progress"))


def path_of(name: str, ticket: Ticket, reference: uuid.UUID | None = None) -> str:
    """The address with whatever its pattern asks for, all of it about `ticket`."""
    known: dict[str, Any] = {
        "reference": reference or ticket.reference,
        "pk": ticket.item_id,
        "code": ticket.type.code,
        "token": lookup.grant([ticket]),
        "number": ticket.pk,
        "role": "agent",
        "key": "no-key",
        "uidb36": "1",
        "month": ticket.item.month,
        "metric": "response_seconds",
    }
    return reverse(name, kwargs={word: known[word] for word in re.findall(r"[:<](\w+)>", SHAPES[name])})


def typed(name: str, ticket: Ticket, cast: Cast) -> dict[str, Any]:
    """A form that would be taken from whoever may send it."""
    key = {"form_key": str(uuid.uuid4())}
    forms: dict[str, dict[str, Any]] = {
        "tickets:update": {
            "ticket_date": str(ticket.ticket_date), "status": ticket.status, "department": ticket.department_id,
            "type": ticket.type_id, "priority": "high", "subject": "Blank pages", "description": "Still blank",
            "version": ticket.version, "offered": ticket.department_id,
        },
        "tickets:message": {"body": BODY, "tab": "reply", **key},
        "tickets:assign": {"to": cast.mate.pk, "notify": "on"},
        "tickets:item_correction": {"m_response_seconds": "1", "m_resolution_seconds": "1", "why": BODY},
        "tickets:reject": {"reason": "This printer belongs to another company."},
        "account_profile": {"name": "Another Name", "zone": "Africa/Nairobi"},
        "tickets:self_log": {
            "ticket_date": str(timezone.now().astimezone(NAIROBI).date()), "type": ticket.type_id,
            "m_response_seconds": "10", "count_off_day": "on", "description": BODY, **key,
        },
        "intake:message": {"body": BODY, **key},
        "intake:lookup": {"q": str(ticket.reference)},
        "intake:submit": {
            "department": ticket.department_id, "type": ticket.type_id, "user": "", "priority": "normal",
            "description": BODY, "name": "Hassan Abdi", "email": "hassan@savanna.example", **key,
        },
    }  # fmt: skip
    return forms.get(name, {})


def test_every_address_has_its_rows() -> None:
    told = {(name.split("@")[0], method) for name, method in ROWS}
    assert {(name, method) for name in SHAPES for method in ("GET", "POST")} == told


@pytest.mark.parametrize(("name", "method"), ROWS)
def test_answers(cast: Cast, staged: Callable[[str], Ticket], name: str, method: str) -> None:
    address, _at, state = name.partition("@")
    ticket = staged(state)
    path, form = path_of(address, ticket), typed(address, ticket, cast)
    answers = {person: knock(come_as(cast, person), method, path, form) for person in PEOPLE}
    assert {p: _word(*answer) for p, answer in answers.items()} == ROWS[name, method]


def _word(answer: Any, changed: bool) -> str:
    """`ok` only where something was done; a row changed by any other answer is shown, and found in no table."""
    word = seen(answer)
    return "ok" if changed and word == "->" else f"{word}, but a row changed" if changed else word


@pytest.mark.parametrize("name", OF_A_TICKET)
def test_a_foreign_ticket_is_like_none(cast: Cast, staged: Callable[[str], Ticket], name: str) -> None:
    ticket = staged("")
    for method in ("GET", "POST"):
        for person, expected in ROWS[name, method].items():
            if expected not in ("404", "in"):
                continue
            client, form = come_as(cast, person), typed(name, ticket, cast)
            there, nowhere = (knock(client, method, path, form)[0] for path in _both(name, ticket))
            assert masked(there) == masked(nowhere), (person, method)


@pytest.mark.parametrize("name", [name for name in OF_A_TICKET if name.startswith("intake:")])
def test_a_hidden_ticket_is_like_none_to_clients(cast: Cast, staged: Callable[[str], Ticket], name: str) -> None:
    ticket = staged("")
    Ticket.objects.update(hidden=True)
    for method in ("GET", "POST"):
        for person in ("nobody", "submitter", "colleague", "stranger", "namesake", "other_agent", "gone"):
            client, form = come_as(cast, person), typed(name, ticket, cast)
            there, nowhere = (knock(client, method, path, form)[0] for path in _both(name, ticket))
            assert masked(there) == masked(nowhere), (person, method)
            assert there.status_code in (404, 405), (person, method)


def _both(name: str, ticket: Ticket) -> tuple[str, str]:
    return path_of(name, ticket), path_of(name, ticket, reference=uuid.uuid4())


OWN_BUSINESS = ("account_", "mfa_", "socialaccount_", "google_", "intake:submit")


def test_management_changes_nothing_but_what_is_their_own() -> None:
    """Their own account, and a ticket that they submit like everybody; the rows themselves are tried above."""
    done = {name for (name, method), row in ROWS.items() if method == "POST" and row["manager"] == "ok"}
    assert {name for name in done if not name.startswith(OWN_BUSINESS)} == set()
    assert "intake:submit" in done
