"""The person who signs in, and the four roles."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Coalesce, Greatest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.places import Department, validate_zone

NEVER = models.Value(datetime(1970, 1, 1, tzinfo=UTC), models.DateTimeField())
SEEN_AT = Greatest(Coalesce("last_login", NEVER), Coalesce("last_seen", NEVER))  # User.seen_at for the database


class Role(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")
    MANAGEMENT = "management", _("Management")
    ADMIN = "admin", _("Admin")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; the address is stored casefolded, since it is compared all over the product."""
        user = self.model(email=email.strip().casefold(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Django's command for the first admin."""
        return self.create_user(email, password, **{"name": email, "role": Role.ADMIN, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().casefold())


class User(AbstractBaseUser):
    """A person who signs in by e-mail. Agents have one department; rights follow from the role alone."""

    email = models.EmailField(_("email"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.CUSTOMER)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="agents", verbose_name=_("department")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.SET_NULL, null=True, blank=True, related_name="members"
    )
    zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_zone])
    theme = models.CharField(_("theme"), max_length=6, blank=True, choices=[("light", _("Light")), ("dark", _("Dark"))])
    language = models.CharField(_("language"), max_length=16, blank=True)
    shortcuts_off = models.BooleanField(_("keyboard shortcuts off"), default=False)
    told_of_new_tickets = models.BooleanField(_("mail about new tickets in the queue"), default=False)
    mails_off = models.JSONField(_("mails turned off"), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    invited_at = models.DateTimeField(_("made by an admin"), null=True, blank=True, editable=False)
    last_seen = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role="agent") | models.Q(department__isnull=False),
                name="agent_has_department",
                violation_error_message=_("An agent needs a department."),
            )
        ]
        indexes = [
            models.Index(fields=["department", "role", "is_active"], name="user_by_department"),
            models.Index(fields=["name", "id"], name="user_by_name"),
        ]
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must still agree with: it ends with a new password, a new role and `end_sessions`."""
        facts = f"{self.password}|{self.role}|{self.session_epoch}"
        return salted_hmac("accounts.models.User.session", facts, secret=secret, algorithm="sha256").hexdigest()

    @property
    def seen_at(self) -> datetime | None:
        """The newest of the last sign-in and the last visit (`kpiweb/last_seen.py`); None who never came."""
        return max((at for at in (self.last_login, self.last_seen) if at), default=None)

    def wants(self, mail: str) -> bool:
        """Whether to write to this person about a thing of `mail`: everything, but what they turned off."""
        return mail not in self.mails_off

    @property
    def is_vouched_for(self) -> bool:
        """An admin gave this account its address or its role; it is not a stranger's sign-up."""
        return self.invited_at is not None or self.role != Role.CUSTOMER

    @property
    def is_admin(self) -> bool:
        return self.is_active and self.role == Role.ADMIN

    @property
    def is_management(self) -> bool:
        return self.is_active and self.role == Role.MANAGEMENT

    @property
    def is_agent(self) -> bool:
        return self.is_active and self.role == Role.AGENT

    @property
    def works_here(self) -> bool:
        """Agent, management or admin: sees staff pages."""
        return self.is_active and self.role != Role.CUSTOMER

    @property
    def is_staff(self) -> bool:
        """Django admin's own question: may this person come in at all?"""
        return self.is_admin or self.is_management

    @property
    def is_superuser(self) -> bool:
        return self.is_admin

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Admins may do everything in Django admin, management may look (domain section 3)."""
        return self.is_admin or (self.is_management and perm.split(".")[-1].startswith("view_"))

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
