"""Client companies: who asks, from where, under which contract, about which machine."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.models.places import Department

validate_phone = RegexValidator(
    r"^\+[1-9]\d{6,14}$", _("Write the phone number with + and the country code, such as +254201234567.")
)


class Organisation(models.Model):
    """A client company; its two policies say what members may do with each other's tickets."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    members_see = models.BooleanField(_("members may see each other's tickets"), default=True)
    members_answer = models.BooleanField(_("members may answer each other's tickets"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place of an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=120)
    address = models.TextField(_("address"), blank=True)

    class Meta:
        ordering = ["organisation__name", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="site_name_once")]
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person of an organisation, with or without an account."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True, validators=[validate_phone])
    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="contact")

    class Meta:
        ordering = ["name"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """A service contract (AMC): its period and the hours it includes."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contracts")
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    hours_included = models.PositiveIntegerField(_("hours included"), null=True, blank=True)

    class Meta:
        ordering = ["-ends_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_start",
                violation_error_message=_("The contract must end on or after the day it starts."),
            )
        ]
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")

    def __str__(self) -> str:
        return self.name


class Asset(models.Model):
    """A system or a machine of an organisation, looked after by a department."""

    class Kind(models.TextChoices):
        SYSTEM = "system", _("System")
        EQUIPMENT = "equipment", _("Equipment")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="assets")
    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, blank=True, related_name="assets")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="assets", verbose_name=_("looked after by")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("asset")
        verbose_name_plural = _("assets")

    def __str__(self) -> str:
        return self.name
