"""Every address of the product, found in Django's resolver, and the people who knock at each of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Department, SiteSettings, User
from kpi.models import (
    Adjustment,
    Cell,
    Change,
    Clock,
    DepartmentType,
    ItemImport,
    KpiItem,
    KpiType,
    MonthLock,
    Override,
    ReplacedDay,
    Span,
    TypeVersion,
    WorkingHours,
)
from notifications.models import OutgoingMail
from tests.cast import Cast
from tickets.models import Ticket, TicketEvent

PEOPLE = (
    "nobody", "submitter", "colleague", "stranger", "namesake", "assignee", "mate", "lead", "other_agent", "manager",
    "admin", "gone",
)  # fmt: skip
KEPT = (
    Ticket, TicketEvent, KpiItem, Clock, Span, Cell, OutgoingMail, Department, SiteSettings, EmailAddress,
    Authenticator, SocialAccount, ItemImport, Change, TypeVersion, WorkingHours, ReplacedDay, DepartmentType,
    MonthLock, Adjustment, Override, KpiType,
)  # fmt: skip
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
OWN_BUSINESS = re.compile(r'"(django_session|kpiweb_cache)"')
MASKS = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'), b"TOKEN"),
    (re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), b"REFERENCE"),
    (re.compile(rb"\b[0-9a-f]{32}\b"), b"REQUEST"),
)


HANDLER = ClientHandler(enforce_csrf_checks=False)  # its middleware is loaded once for all browsers


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: `name` with its namespaces, `shape` as it is written in the urlconf."""

    name: str
    shape: str


def addresses() -> list[Address]:
    """Every pattern, in the resolver's order; what has no name is called by its shape."""
    return list(_walk(get_resolver()))


def _walk(resolver: URLResolver, shape: str = "", space: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        whole = shape + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, whole, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{space}{pattern.name}" if pattern.name else whole, whole)


def come_as(cast: Cast, name: str) -> Client:
    """A browser of this person. The deactivated one still holds the session of better days."""
    client = Client(raise_request_exception=False)
    client.handler = HANDLER
    person = getattr(cast, name)
    if person is not None:
        client.force_login(person)
    return client


def kept(*models: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of what the product keeps, and every person but for the time of their last sign-in."""
    columns = [field.attname for field in User._meta.concrete_fields if field.name != "last_login"]
    people = {"User": list(User.objects.order_by("pk").values_list(*columns))}
    rows = {model.__name__: list(model.objects.order_by("pk").values_list()) for model in {*KEPT, *models} - {User}}
    return {**rows, **people}


def knock(client: Client, method: str, path: str, data: dict[str, Any]) -> tuple[HttpResponse, bool]:
    """(answer, whether a row changed) of one request, which is undone afterwards.

    Rows are compared where a statement wrote anything at all; sessions and the cache's counters are not the product's.
    """
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql) and not OWN_BUSINESS.search(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    after: dict[str, Any] | None = None
    with transaction.atomic():
        with connection.execute_wrapper(watch):
            answer = client.get(path) if method == "GET" else client.post(path, data)
        if written:
            after = kept()
        transaction.set_rollback(True)
    return answer, after is not None and after != kept()


def masked(answer: HttpResponse) -> tuple[int, bytes, str]:
    """Status, body and place of an answer without what differs in any two answers."""
    body = answer.content
    for what, instead in MASKS:
        body = what.sub(instead, body)
    place = MASKS[1][0].sub(b"REFERENCE", answer.get("Location", "").encode()).decode()
    return answer.status_code, body, place


def seen(answer: HttpResponse) -> str:
    """An answer in a word: its code; `in` for the redirect to the sign-in page, `->` for any other redirect."""
    if answer.status_code in (301, 302):
        return "in" if answer["Location"].startswith(("/accounts/login/", "/admin/login/")) else "->"
    return str(answer.status_code)
