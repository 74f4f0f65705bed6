"""The form of New ticket: types follow the date, fields follow the type, a day off asks whether it should count."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteSettings, User
from kpi import calendars, locks, metric_fields, preview, scoring, typed_metrics, types
from kpi.engine.rules.fields import Metric
from kpi.models import KpiType, UptimeUnit
from tickets.forms import CONTROLS, TEXT_LENGTH, DatedForm
from tickets.plain_text import OneOf, PlainText
from tickets.verbs import self_log
from tickets.verbs.typed import today_in, units_for, why_not_dated


class SelfLogForm(DatedForm):
    """Work already done by `agent`, for the score. Country and department are the agent's own."""

    type = OneOf(
        label=_("KPI Type"),
        empty=_("Choose the KPI type"),
        foreign=_("Choose a KPI type from the list; your department does not log that one on this date"),
    )
    count_off_day = forms.BooleanField(label=_("Count as weekend/holiday work"), required=False)
    description = PlainText(
        label=_("What was done"),
        widget=forms.Textarea(attrs={"rows": 4}),
        multiline=True,
        longest=TEXT_LENGTH,
        empty=_("Enter what was done"),
        controls=CONTROLS,
        too_long=_("Shorten what was done to 20,000 characters or fewer"),
    )

    def __init__(self, data: Any = None, *, agent: User, at: datetime, judged: bool = True) -> None:
        """`judged` False shows what is typed so far without a verdict, for a change of date or type."""
        told: Mapping[str, Any] = {} if data is None else data
        super().__init__(data if judged else None, initial=dict(told.items()))
        assert agent.department is not None  # noqa: S101  # an agent has one; the database sees to it
        self.agent, self.at, self.department = agent, at, agent.department
        self.window = SiteSettings.load().edit_window
        self.today = today_in(self.department, at=at)
        self.day = self._day(told)
        self.why_not = self._why_not()
        self.chosen = self._offer_types(str(told.get("type") or ""))
        self.metrics, self.units = self._fields()
        self.texts = metric_fields.typed_in(self.metrics, told)
        metric_fields.add(self, self.metrics, self.texts, self.units)
        self.order_fields([*(name for name in self.fields if name != "description"), "description"])
        self.ticked = self._ticked(told)
        self.seen = told.get("seen", "")
        self._prepare_controls()

    def _day(self, told: Mapping[str, Any]) -> date | None:
        """The date as typed, today before anything is, None for what is no date."""
        if "ticket_date" not in told:
            return self.today
        try:
            day: date | None = self.fields["ticket_date"].to_python(told["ticket_date"])
        except forms.ValidationError:
            return None
        return day

    def _why_not(self) -> str:
        """The sentence why nothing can be logged on that date; empty when it can."""
        if self.day is None:
            return _now("Enter the ticket date as a real date, such as 2026-11-19")
        refusal = why_not_dated(self.day, self.department, at=self.at, back=self.window)
        return refusal or locks.why_not_on(self.day)

    def _offer_types(self, wanted: str) -> KpiType | None:
        """The department's types on that date, under their groups; the chosen one if it is among them."""
        on = self.day or self.today
        grouped = types.by_group(types.offered_for_self_logging(self.department, on=on), on=on)
        field = self.fields["type"]
        assert isinstance(field, OneOf)  # noqa: S101  # tells the type checker what the class body says
        field.objects = {str(one.pk): one for _group, of_group in grouped for one in of_group}
        rows = [(group.name, [(str(one.pk), one.name) for one in of_group]) for group, of_group in grouped]
        field.choices = [("", _now("Choose a KPI type")), *rows]
        found: KpiType | None = field.objects.get(wanted)
        return found

    def _fields(self) -> tuple[list[Metric], list[UptimeUnit]]:
        if self.chosen is None:
            return [], []
        asked = typed_metrics.asked(self.chosen.rule, clocks=False)
        return asked, units_for(asked, self.department.pk, on=self.day or self.today)

    def _ticked(self, told: Mapping[str, Any]) -> bool:
        """A unit runs on days off as well, so its tick is set until somebody who saw it takes it away."""
        if told.get("count_off_day"):
            return True
        return self._usually_ticked and told.get("seen") != self.mark

    def _prepare_controls(self) -> None:
        first = self.today - timedelta(days=self.window)
        self.fields["ticket_date"].widget.attrs |= {"min": first.isoformat(), "max": self.today.isoformat()}
        self.initial["ticket_date"] = self.initial.get("ticket_date", self.today)
        self.initial["count_off_day"] = self.ticked

    @property
    def _usually_ticked(self) -> bool:
        return self.chosen is not None and self.chosen.rule == KpiType.Rule.UPTIME

    @property
    def mark(self) -> str:
        """Sent along by whoever saw the warning of this day with the tick as it usually is."""
        return f"{self.day} {self._usually_ticked:d}"

    @property
    def day_mark(self) -> str:
        """The same as long as the day is off, empty else; what the page holds of it."""
        return self.mark if self.off_day else ""

    @property
    def types_mark(self) -> str:
        """What the list of types was made for."""
        return str(self.day)

    @property
    def fields_mark(self) -> str:
        """What the fields were made for: the type, and where units are named the date on which they run."""
        return f"{self.chosen.pk if self.chosen else 0} {self.day if self.units else ''}"

    @cached_property
    def preview(self) -> preview.Preview | None:
        """What the fields would score as they stand, None while there is nothing to judge."""
        if self.chosen is None or self.day is None or self.why_not:
            return None
        values = metric_fields.readable(self.metrics, self.texts, self.units)
        work = self_log.Logged(self.chosen, self.day, "", values, self.ticked)
        return preview.preview(self_log.facts(work, self.department, self.agent), at=self.at)

    @cached_property
    def off_day(self) -> str:
        """ "weekend" or the holiday's name, empty on a working day."""
        if self.day is None or self.why_not:
            return ""
        if self.preview is not None:
            return self.preview.item.off_day
        return scoring.off_day_name(calendars.for_department(self.department), self.day)

    @property
    def off_words(self) -> str:
        """The warning's first sentence, with the day of the week or the holiday's name."""
        if not self.off_day or self.day is None:
            return ""
        values = {"day": date_format(self.day, "j F Y"), "name": self.off_day, "weekday": date_format(self.day, "l")}
        if self.off_day == "weekend":
            return _now("%(day)s is a %(weekday)s, a day off.") % values
        return _now("%(day)s is a holiday: %(name)s.") % values

    @property
    def asked(self) -> list[BoundField]:
        """The fields of the chosen type, for the template."""
        return metric_fields.bound(self)

    def clean_ticket_date(self) -> date:
        day: date = self.cleaned_data["ticket_date"]
        if self.why_not:
            raise forms.ValidationError(self.why_not)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.chosen is not None and self.day is not None and not self.why_not:
            metrics = metric_fields.cleaned(self)
            found = typed_metrics.problems(self.chosen.rule, metrics, on=self.day, units=self.units)
            told = {name: typed_metrics.sentence(problem) for name, problem in found.items()}
            metric_fields.add_errors(self, told)
        if self.off_day and not cleaned.get("count_off_day") and self.seen != self.mark:
            words = _now("Tick this if the work should count, or submit again to leave it out of the score")
            self.add_error("count_off_day", words)
        return cleaned

    def work(self) -> self_log.Logged:
        """What is typed, as the verb takes it."""
        cleaned = self.cleaned_data
        return self_log.Logged(
            type=cleaned["type"],
            date=cleaned["ticket_date"],
            description=cleaned["description"],
            metrics=metric_fields.cleaned(self),
            count_off_day=cleaned["count_off_day"],
        )
