"""Who changed which setting, when, from what to what: django-auditlog's rows under our own name."""

from auditlog.models import LogEntry
from django.utils.translation import gettext_lazy as _


class SettingsChange(LogEntry):  # type: ignore[misc]  # auditlog carries no types
    """A view on the audit log, not a table. `changes` is {column: [before, after]}; kpiweb/audit.py says of what."""

    class Meta:
        proxy = True
        verbose_name = _("change of settings")
        verbose_name_plural = _("changes of settings")
