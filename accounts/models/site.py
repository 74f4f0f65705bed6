"""What an admin decides for the whole site, in one row."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Role, User
from accounts.models.places import Country

DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")


def domains_in(text: str) -> list[str]:
    """The domains of a settings field, casefolded: separated by commas or white space, with or without an @."""
    return [word.lstrip("@").casefold() for word in re.split(r"[\s,;]+", text) if word]


def validate_domains(value: str) -> None:
    """Refuse what is no list of domains."""
    for domain in domains_in(value):
        if not DOMAIN.fullmatch(domain):
            raise ValidationError(
                _("“%(domain)s” is not a domain. Write for example kpi.example."), params={"domain": domain}
            )


def one_line_of_text(value: str) -> None:
    """Refuse control characters: a line break would begin another header of the mail."""
    if not value.isprintable():
        raise ValidationError(_("Write the name on one line, without control characters."))


_kept: ContextVar[list["SiteSettings"] | None] = ContextVar("site_settings", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside, the settings are read from the database when they are first asked for, and kept: for one request."""
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


class LookupMode(models.TextChoices):
    LIST = "list", _("List the matching tickets")
    MAIL = "mail", _("Send the links to the address on file")
    OFF = "off", _("Off")


class EmailVerification(models.TextChoices):
    OPTIONAL = "optional", _("May be verified later; until then it proves nothing")
    MANDATORY = "mandatory", _("Must be verified before the first sign-in")


class SiteSettings(models.Model):
    """The one row of settings that an admin edits; what an operator sets comes from the environment instead."""

    number_prefix = models.CharField(
        _("ticket number prefix"),
        max_length=8,
        default="KPI",
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]*$", _("Use capital letters and digits, such as KPI."))],
        help_text=_(
            "Stands before every ticket number, such as KPI-1042. Older mails keep the prefix they were sent with."
        ),
    )
    date_format = models.CharField(
        _("date format"),
        max_length=8,
        choices=Country.DateFormat,
        default=Country.DateFormat.DAY_MONTH,
        help_text=_(
            "How every page writes a date in figures. A country may have another one for the dates of its tickets."
        ),
    )
    mail_sender_name = models.CharField(
        _("name of the mail sender"),
        max_length=80,
        blank=True,
        validators=[one_line_of_text],
        help_text=_(
            "Mails come from this name. Empty: the name in MAIL_FROM, which an operator sets with the address."
        ),
    )
    lookup_mode = models.CharField(
        _("ticket look-up"),
        max_length=4,
        choices=LookupMode,
        default=LookupMode.LIST,
        help_text=_("What a search by name or email brings. A full reference always opens its status page."),
    )
    lookups_per_hour = models.PositiveIntegerField(
        _("look-ups per address and hour"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_("From one network address; a whole office may share one."),
    )
    lookups_per_hour_total = models.PositiveIntegerField(
        _("look-ups per hour in total"),
        default=2000,
        validators=[MinValueValidator(1)],
        help_text=_("From all addresses together, against guessing from many places."),
    )
    submissions_per_hour = models.PositiveIntegerField(
        _("submissions per address and hour"),
        default=60,
        validators=[MinValueValidator(1)],
        help_text=_("From one network address, or from one account where somebody is signed in."),
    )
    edit_window = models.PositiveSmallIntegerField(
        _("edit window in days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("How far back agents may date work they log themselves."),
    )
    password_sign_in = models.BooleanField(
        _("sign-in with a password"),
        default=True,
        help_text=_("When off, people come in with Google or a mailed code; it stays on while neither is there."),
    )
    login_codes = models.BooleanField(
        _("sign-in with a mailed code"), default=False, help_text=_("A code of a few letters that works once.")
    )
    email_verification = models.CharField(
        _("address of a new account"),
        max_length=9,
        choices=EmailVerification,
        default=EmailVerification.OPTIONAL,
        help_text=_("Whether people must open the link in our mail before an account of a password lets them in."),
    )
    staff_second_step = models.BooleanField(
        _("staff need two-step sign-in"),
        default=False,
        help_text=_("Staff without it are signed out now and set it up at their next sign-in."),
    )
    customer_domains = models.TextField(
        _("addresses of customers"),
        blank=True,
        validators=[validate_domains],
        help_text=_(
            "Domains from which people may make themselves an account; who has one keeps it. Empty: from everywhere."
        ),
    )
    staff_domains = models.TextField(
        _("addresses of staff"),
        blank=True,
        validators=[validate_domains],
        help_text=_(
            "Domains of which agents, management and admins must be; others cannot sign in as staff. Empty: of any."
        ),
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="site_settings_one_row")]

    def __str__(self) -> str:
        return str(_("Site settings"))

    def clean(self) -> None:
        """Who narrows the domains must not shut an admin out, who could be the one that narrows them."""
        shut_out = self.staff_outside().filter(role=Role.ADMIN).values_list("email", flat=True)[:3]
        if shut_out:
            words = _("This would shut out an admin: %(who)s. Change their address or their role first.")
            raise ValidationError({"staff_domains": ValidationError(words, params={"who": ", ".join(shut_out)})})

    def staff_outside(self) -> models.QuerySet[User]:
        """Active staff whose address is of none of the staff's domains: they cannot sign in."""
        staff = User.objects.filter(is_active=True).exclude(role=Role.CUSTOMER)
        domains = domains_in(self.staff_domains)
        inside = models.Q(*((models.Q(email__endswith=f"@{domain}")) for domain in domains), _connector=models.Q.OR)
        return staff.exclude(inside) if domains else staff.none()

    @classmethod
    def load(cls) -> "SiteSettings":
        """The row, or the defaults while no admin has saved one. One query, for a whole request; do not edit it."""
        kept = _kept.get()
        if kept:
            return kept[0]
        site = cls.stored()
        if kept is not None:
            kept.append(site)
        return site

    @classmethod
    def stored(cls) -> "SiteSettings":
        """The same as it is in the database now, to be edited."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def admits(self, email: str, *, staff: bool) -> bool:
        """Whether an account with this address may be made or given a role of this kind."""
        domains = domains_in(self.staff_domains if staff else self.customer_domains)
        return not domains or email.rpartition("@")[2].casefold() in domains
