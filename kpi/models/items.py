"""The ledger: one row per piece of work, with its clocks and their spans (domain sections 1, 4 and 7)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Country, Department
from kpi.models.imports import ItemImport
from kpi.models.types import KpiType, TypeVersion
from kpi.models.units import UptimeUnit


class WorkState(models.TextChoices):
    """How far the piece of work is; what the upper floor tells the ledger."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")


class NotCounted(models.TextChoices):
    """Why an item is in neither numerator nor denominator (domain section 7)."""

    OFF_DAY = "off_day", _("Dated on a day off, without the tick")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")
    NO_OWNER = "no_owner", _("No owner")
    METRICS_MISSING = "metrics_missing", _("Metrics missing")
    PENDING = "pending", _("Still open")


class KpiItem(models.Model):
    """One piece of work that counts, with owner, department and country as they were when it was posted.

    Reported uptime has a `reporter` and a `unit` and no owner: it enters nobody's performance. Typed and imported work
    has no clocks; what was typed is in `metrics`, as the rule of the type names it. `value` is in 1/10,000 point
    (100 points = 1,000,000); `not_counted` is empty when the item counts.
    """

    class Source(models.TextChoices):
        CLOCK = "clock", _("Clock")
        TYPED = "typed", _("Typed")
        IMPORTED = "imported", _("Imported")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="kpi_items",
        verbose_name=_("owner"),
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reporter"),
    )
    unit = models.ForeignKey(
        UptimeUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("unit")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="kpi_items", verbose_name=_("department")
    )
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="kpi_items", verbose_name=_("country"))
    type = models.ForeignKey(KpiType, on_delete=models.PROTECT, related_name="items", verbose_name=_("type"))
    version = models.ForeignKey(
        TypeVersion, on_delete=models.PROTECT, null=True, related_name="items", verbose_name=_("type version")
    )
    date = models.DateField(_("date"))
    month = models.DateField(_("month"))
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.CLOCK)
    external_id = models.CharField(_("external id"), max_length=80, blank=True)
    file = models.ForeignKey(
        ItemImport, on_delete=models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("import")
    )
    priority = models.CharField(_("priority"), max_length=10, default="normal")
    count_off_day = models.BooleanField(_("count as weekend/holiday work"), default=False)
    metrics = models.JSONField(_("typed metrics"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=WorkState, default=WorkState.OPEN)
    not_counted = models.CharField(
        _("not counted because"), max_length=16, choices=NotCounted, blank=True, default=NotCounted.PENDING
    )
    off_day = models.CharField(_("day off"), max_length=120, blank=True)
    value = models.IntegerField(_("score"), null=True)
    passed = models.BooleanField(_("passed"), null=True)
    result = models.JSONField(_("parts and explanation"), default=dict)
    breached = models.BooleanField(_("breached while open"), default=False)

    class Meta:
        ordering = ["-date", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["external_id", "type"], condition=~models.Q(external_id=""), name="imported_item_once"
            )
        ]
        indexes = [
            models.Index(fields=["department", "type", "month", "owner"], name="item_by_cell"),
            models.Index(fields=["owner", "month"], name="item_by_owner"),
            models.Index(fields=["type", "date"], name="item_by_type_date"),
            models.Index(fields=["month", "department"], name="item_by_month"),
            models.Index(fields=["department", "date"], name="item_by_department_date"),
            models.Index(fields=["date", "id"], name="item_by_date"),
        ]
        verbose_name = _("KPI item")
        verbose_name_plural = _("KPI items")

    def __str__(self) -> str:
        return f"{self.type} {self.date}"


class ClockKind(models.TextChoices):
    RESPONSE = "response", _("First response")
    RESOLUTION = "resolution", _("Resolution")


class Clock(models.Model):
    """Measures response or resolution of one item in working time.

    `value_seconds` is the working time when it was stopped (for a close without chat: that of the resolution, marked
    in `borrowed`). `due_at` is kept for lists and timers and re-dated whenever what it depends on changes.
    """

    item = models.ForeignKey(KpiItem, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=10, choices=ClockKind)
    run = models.PositiveSmallIntegerField(default=1)
    target_seconds = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    value_seconds = models.PositiveIntegerField(null=True)
    own_seconds = models.PositiveIntegerField(null=True)
    borrowed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "kind"], name="clock_once_per_kind")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(stopped_at__isnull=True, breached_at__isnull=True),
                name="clock_due",
            )
        ]
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.item_id}"


class Span(models.Model):
    """A stretch in which a clock ran on a department's calendar; `run` tells a restarted clock's stretches apart."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="spans")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    run = models.PositiveSmallIntegerField(default=1)
    start = models.DateTimeField()
    stop = models.DateTimeField(null=True)

    class Meta:
        ordering = ["start", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=models.Q(stop__isnull=True), name="one_open_span_per_clock"
            ),
            models.CheckConstraint(
                condition=models.Q(stop__isnull=True) | models.Q(stop__gte=models.F("start")), name="span_forward"
            ),
        ]
        verbose_name = _("span")
        verbose_name_plural = _("spans")

    def __str__(self) -> str:
        return f"{self.start} - {self.stop or ''}"


class Breach(models.Model):
    """A target passed by somebody who no longer has the work: it stays on their month, outside the score."""

    item = models.ForeignKey(KpiItem, on_delete=models.CASCADE, related_name="breaches")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("owner")
    )
    kind = models.CharField(max_length=10, choices=ClockKind)
    run = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "kind", "run"], name="breach_once_per_run")]
        verbose_name = _("breach before reassignment")
        verbose_name_plural = _("breaches before reassignment")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"


class Override(models.Model):
    """A manual correction of one metric; it wins over the clock and survives every rebuild (domain section 7)."""

    item = models.ForeignKey(KpiItem, on_delete=models.CASCADE, related_name="overrides")
    metric = models.CharField(_("metric"), max_length=40)
    value = models.JSONField(_("value"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    why = models.CharField(_("why"), max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "metric"], name="override_once_per_metric")]
        verbose_name = _("manual correction")
        verbose_name_plural = _("manual corrections")

    def __str__(self) -> str:
        return f"{self.metric} = {self.value}"
