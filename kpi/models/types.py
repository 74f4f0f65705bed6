"""KPI groups, types, their versions by date, and which department uses which."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department


class KpiGroup(models.Model):
    """A heading such as Issue, Internal Control, Uptime."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    contributes_to_uptime = models.BooleanField(_("contributes to uptime"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("KPI group")
        verbose_name_plural = _("KPI groups")

    def __str__(self) -> str:
        return self.name


class KpiType(models.Model):
    """A concrete metric. Its rule never changes; everything else about it is in versions."""

    class Rule(models.TextChoices):
        RR = "rr", _("Response and resolution")
        SUBMIT = "submit", _("Submission before a cutoff")
        ACCURACY = "accuracy", _("Accuracy")
        ACR = "acr", _("Six ratings")
        PROJECT = "project", _("Project count")
        IC_COMPLETION = "ic-completion", _("Internal control: completion")
        IC_CLOSURE = "ic-closure", _("Internal control: closure")
        IC_FINDINGS = "ic-findings", _("Internal control: findings")
        UPTIME = "uptime", _("Uptime")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    rule = models.CharField(_("rule"), max_length=16, choices=Rule, default=Rule.RR)

    class Meta:
        ordering = ["name"]
        verbose_name = _("KPI type")
        verbose_name_plural = _("KPI types")

    def __str__(self) -> str:
        return self.name


class TypeVersion(models.Model):
    """What a type means from a local date on: group, parameters of its rule, weight, pass mark (domain section 1)."""

    type = models.ForeignKey(KpiType, on_delete=models.CASCADE, related_name="versions", verbose_name=_("type"))
    valid_from = models.DateField(_("valid from"))
    group = models.ForeignKey(KpiGroup, on_delete=models.PROTECT, related_name="versions", verbose_name=_("group"))
    parameters = models.JSONField(_("parameters of the rule"), default=dict)
    weight = models.PositiveSmallIntegerField(_("weight in the group"), default=1, validators=[MinValueValidator(1)])
    pass_mark = models.DecimalField(_("pass mark"), max_digits=4, decimal_places=1, default=95)

    class Meta:
        ordering = ["type__name", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["type", "valid_from"], name="type_version_once_a_day")]
        verbose_name = _("type version")
        verbose_name_plural = _("type versions")

    def __str__(self) -> str:
        return f"{self.type} ({self.valid_from})"


class DepartmentType(models.Model):
    """One row of the department-type map, valid from the first day of a month until a later row replaces it."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="type_map", verbose_name=_("department")
    )
    type = models.ForeignKey(KpiType, on_delete=models.PROTECT, related_name="department_map", verbose_name=_("type"))
    valid_from = models.DateField(_("valid from month"))
    intake = models.BooleanField(_("offered at intake"), default=True)
    self_log = models.BooleanField(_("offered for self-logging"), default=True)

    class Meta:
        ordering = ["department", "type__name", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["department", "type", "valid_from"], name="department_type_once_a_month"),
            models.CheckConstraint(
                condition=models.Q(valid_from__day=1),
                name="department_type_from_first_of_month",
                violation_error_message=_("Start the row on the first day of a month."),
            ),
        ]
        verbose_name = _("row of the department-type map")
        verbose_name_plural = _("rows of the department-type map")

    def __str__(self) -> str:
        return f"{self.department}: {self.type}"
