"""Hostile words in every text that somebody types or an admin names, and a reader that sees whether one broke out."""

from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from html.parser import HTMLParser

from django.core.mail import EmailMultiAlternatives
from django.db.models import Model

from accounts.models import Asset, Contact, Contract, Site, User
from kpi import changes, locking, plans
from kpi.models import Change, DepartmentType, KpiType, ReplacedDay, TypeVersion, UptimeUnit
from notifications.models import OutgoingMail
from tests.cast import SINCE, START, Cast, make_ticket, minutes
from tests.kpi.months import OVER
from tickets import conversation
from tickets.models import Ticket
from tickets.states import Status
from tickets.verbs.assign import assign
from tickets.verbs.edit import Edit, edit
from tickets.verbs.end import close, reject
from tickets.verbs.reopen import reopen
from tickets.verbs.self_log import Logged, self_log

# What a browser, a template engine, a mail server and a spreadsheet take for orders. Each fits a name.
POISONS = {
    "markup": "<poison><script>poison()</script><img src=x onerror=poison()>",
    "breakout": "\"'></title></textarea></option><poison onclick=poison()>",
    "template": '{{ 7777*7777 }}{% now "Y" %}{# gone #}${7777*7777}{{7777777|add:1}}',
    "controls": "=?utf-8?q?x?=\r\nBcc: poison@poison.example\r\n\x01\x0b\x1b\x7f\x85\u2028\u202e\u2066",
    "formula": "=1+1|'cmd'!A0",
}
COMPUTED = ("60481729", "7777778")  # long enough to stand in no reference by chance
LONG = 40_000
# Fields whose words some page must show, or the crawl proves nothing.
SHOWN = {
    "country", "department", "finance", "organisation", "group", "type", "submitter", "agent", "requester", "subject",
    "description", "reply", "note", "message", "reason", "holiday", "site", "contact", "contract", "asset", "change",
    "unit",
}  # fmt: skip


@dataclass
class Bottle:
    """One kind of poison; `of` gives the words for a field, recognisable by `mark` wherever they turn up."""

    kind: str

    @staticmethod
    def mark(name: str) -> str:
        return f"q{name}q"

    def of(self, name: str) -> str:
        """Up to 80 characters."""
        words = POISONS[self.kind]
        return f"{words}{self.mark(name)}" if self.kind == "formula" else f"{self.mark(name)}{words}"

    def much_of(self, name: str) -> str:
        """40,000 characters of the same."""
        words = self.of(name)
        return (f"{words}\n" * (LONG // len(words) + 1))[:LONG]


def poison_change(cast: Cast, bottle: Bottle) -> None:
    """A change of the past with a poisoned title and reason, waiting for a decision."""
    at = START + minutes(600)
    version = TypeVersion.objects.get(type=cast.issue)
    version.parameters = {"response_target": 1, "resolution_target": 1}
    change = changes.propose([plans.saving(version)], title=bottle.of("change"), by=cast.admin, at=at)
    while changes.go_on(change.pk, at=at):
        pass
    Change.objects.update(reason=bottle.of("change"), failure=bottle.of("change"))


def poison_names(cast: Cast, bottle: Bottle) -> None:
    """Give everything that has a name a poisoned one."""
    named: list[tuple[Model, str]] = [
        (cast.country, "country"),
        (cast.department, "department"),
        (cast.other_department, "finance"),
        (cast.organisation, "organisation"),
        (cast.group, "group"),
        (cast.issue, "type"),
        (cast.submitter, "submitter"),
        (cast.assignee, "agent"),
        (cast.lead, "lead"),
        (cast.admin, "admin"),
        (cast.manager, "manager"),
        (cast.stranger, "stranger"),
        (ReplacedDay.objects.get(), "holiday"),
    ]
    for thing, name in named:
        thing.name = bottle.of(name)  # type: ignore[attr-defined]  # all of them have one
        thing.save()
    acme = cast.organisation
    site = Site.objects.create(organisation=acme, name=bottle.of("site"), address=bottle.much_of("address"))
    Contact.objects.create(organisation=acme, name=bottle.of("contact"))
    year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    Contract.objects.create(organisation=acme, name=bottle.of("contract"), **year)
    Asset.objects.create(
        organisation=acme,
        department=cast.department,
        site=site,
        kind=Asset.Kind.values[0],
        name=bottle.of("asset"),
        serial=bottle.of("serial"),
    )
    servers = KpiType.objects.create(code="servers", name=bottle.of("servers"), rule=KpiType.Rule.UPTIME)
    TypeVersion.objects.create(type=servers, valid_from=SINCE, group=cast.group)
    DepartmentType.objects.create(department=cast.department, type=servers, valid_from=SINCE)
    UptimeUnit.objects.create(department=cast.department, code="mail", name=bottle.of("unit"), active_from=SINCE)
    User.objects.filter(pk=cast.mate.pk).update(told_of_new_tickets=True)
    for department in (cast.department, cast.other_department):
        department.notification_address = "queue@example.org"
        department.save()


def poison_tickets(cast: Cast, bottle: Bottle) -> list[Ticket]:
    """A ticket in every status, each word of it poisoned, that went through every verb that carries words."""
    words = {
        "subject": bottle.of("subject"), "description": bottle.much_of("description"), "name": bottle.of("requester"),
    }  # fmt: skip
    anonymous = make_ticket(cast, anonymous=True, **words)
    talk = make_ticket(cast, status=Status.PROGRESS, **words)
    _talk(cast, bottle, talk)
    closed = make_ticket(cast, status=Status.PROGRESS, **words)
    _talk(cast, bottle, closed)
    close(closed.pk, actor=cast.assignee, at=START + minutes(20))
    reopen(closed.pk, actor=cast.assignee, at=START + minutes(21))
    close(closed.pk, actor=cast.assignee, at=START + minutes(22))
    rejected = make_ticket(cast, assignee=cast.assignee, **words)
    reject(rejected.pk, actor=cast.assignee, at=START + minutes(5), reason=bottle.much_of("reason"))
    own = self_log(
        Logged(cast.issue, START.date(), bottle.much_of("own work"), {"response_seconds": 60}),
        actor=cast.assignee,
        at=START + minutes(30),
    )
    conversation.note(own.pk, actor=cast.mate, at=START + minutes(31), body=bottle.much_of("note"))
    for ticket in (anonymous, talk, closed, rejected, own):
        ticket.refresh_from_db()
    return [anonymous, talk, closed, rejected, own]


def poison_lock(cast: Cast, bottle: Bottle, tickets: list[Ticket]) -> None:
    """Their month was locked, unlocked for a poisoned reason and locked again; one of them moved since."""
    locking.lock(tickets[0].item.month, actor=cast.admin, at=OVER)
    reason = bottle.of("unlocked")
    locking.unlock(tickets[0].item.month, actor=cast.admin, at=OVER, reason=reason)
    locking.lock(tickets[0].item.month, actor=cast.admin, at=OVER)
    assign(tickets[0].pk, to=cast.assignee, actor=cast.admin, at=OVER)


def _talk(cast: Cast, bottle: Bottle, ticket: Ticket) -> None:
    conversation.reply(ticket.pk, actor=cast.assignee, at=START + minutes(3), body=bottle.much_of("reply"))
    conversation.note(ticket.pk, actor=cast.assignee, at=START + minutes(4), body=bottle.much_of("note"))
    conversation.client_reply(ticket.pk, actor=cast.submitter, at=START + minutes(5), body=bottle.much_of("message"))
    ticket.refresh_from_db()
    changes = Edit(
        ticket_date=ticket.ticket_date, type=cast.request, subject=bottle.of("subject") + "2",
        description=bottle.much_of("description"), priority=ticket.priority, count_off_day=False,
    )  # fmt: skip
    edit(ticket.pk, actor=cast.assignee, at=START + minutes(6), version=ticket.version, changes=changes)


@dataclass
class Reader(HTMLParser):
    """Reads a page as a browser would: `faults` is what came out of the words, `texts` what a person may read."""

    page: str
    faults: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.script = False
        self.faults += [f"computed {number}" for number in COMPUTED if number in self.page]
        self.faults += ["a raw tag"] if "<poison" in self.page.lower() else []
        self.feed(self.page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.script = tag == "script"
        self.faults += [f"{tag} {name}" for name in values if name.startswith("on")]
        address = values.get("href") or values.get("src") or values.get("action") or ""
        if tag == "poison" or address.lower().startswith(("javascript:", "x", "data:text")):
            self.faults.append(f"{tag} {address}")
        if tag in ("img", "script") and "src" in values and not address.startswith(("/static/", "/admin/jsi18n/")):
            self.faults.append(f"{tag} {address}")
        self.texts += values.values()

    def handle_endtag(self, tag: str) -> None:
        self.script = False

    def handle_data(self, data: str) -> None:
        if self.script and "poison" in data:
            self.faults.append("script with words")
        self.texts.append(data)

    def marks(self, names: set[str]) -> set[str]:
        """Which fields' words the page shows."""
        text = " ".join(self.texts)
        return {name for name in names if Bottle.mark(name) in text}


def mail_faults(mail: OutgoingMail, built: EmailMultiAlternatives) -> list[str]:
    """What of the words broke out of a mail: into a header, a second header, or its HTML."""
    sent = message_from_bytes(built.message().as_bytes(), policy=policy.default)
    faults = [f"header {name}" for name in sent if name.lower() in ("bcc", "cc")]
    for words in (mail.subject, mail.recipient_name, sent["Subject"], str(sent["To"])):
        unfit = sorted({ascii(char) for char in words if not char.isprintable()})
        faults += [f"{unfit} in a header"] if unfit else []
    faults += [f"to {sent['To']}"] if mail.recipient not in str(sent["To"]) else []
    faults += [f"computed {number}" for number in COMPUTED if number in mail.text or number in mail.subject]
    return faults + Reader(mail.html).faults
