"""The audit log of settings in Django admin: who, when, what, from what to what. Read-only, with its export."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import audit_words
from accounts.csv_export import CsvAdmin
from accounts.models import SettingsChange
from kpiweb.admin_history import OF, named
from kpiweb.audit import AUDITED

ACTIONS = {
    SettingsChange.Action.CREATE: _("Added"),
    SettingsChange.Action.UPDATE: _("Changed"),
    SettingsChange.Action.DELETE: _("Removed"),
}
SHOWN_IN_LIST = 3
LONGEST_IN_LIST = 90


class SubjectFilter(admin.SimpleListFilter):
    """By the kind of thing that was changed; asks the database nothing."""

    title = _("what")
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = [(label.lower(), capfirst(str(apps.get_model(label)._meta.verbose_name))) for label in AUDITED]
        return sorted(names, key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[SettingsChange]) -> QuerySet[SettingsChange]:
        app, _dot, model = (self.value() or "").partition(".")
        return queryset.filter(content_type__app_label=app, content_type__model=model) if model else queryset


class ActionFilter(admin.SimpleListFilter):
    title = _("how")
    parameter_name = "how"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(action), words) for action, words in ACTIONS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SettingsChange]) -> QuerySet[SettingsChange]:
        known = {str(action): action for action in ACTIONS}
        return queryset.filter(action=known[self.value()]) if self.value() in known else queryset  # type: ignore[index]


class HistoryFilter(admin.SimpleListFilter):
    """One row alone, as its History asks for it; offered only while it is asked for."""

    title = _("history of")
    parameter_name = OF

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = request.GET.get(OF, "")
        app, model, key = named(value)
        newest = of_row(SettingsChange.objects.all(), app, model, key).order_by("-timestamp", "-pk")
        return [(value, newest.values_list("object_repr", flat=True).first() or key)] if value else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[SettingsChange]) -> QuerySet[SettingsChange]:
        value = self.value()
        return of_row(queryset, *named(value)) if value else queryset


def of_row(rows: QuerySet[SettingsChange], app: str, model: str, key: str) -> QuerySet[SettingsChange]:
    """What is about one row."""
    return rows.filter(content_type__app_label=app, content_type__model=model, object_pk=key)


@admin.register(SettingsChange)
class SettingsChangeAdmin(CsvAdmin):
    """Everybody in the admin may look; nobody writes here, not even an admin."""

    list_display = ("when", "person", "how", "thing", "summary")
    list_filter = (HistoryFilter, SubjectFilter, ActionFilter)
    list_select_related = ("actor", "content_type")
    search_fields = ("object_repr", "actor_email", "actor__name")
    search_help_text = _("Name of the thing, name or email of the person")
    date_hierarchy = "timestamp"
    ordering = ("-timestamp", "-pk")
    list_per_page = 50
    show_full_result_count = False
    fields = ("when", "person", "remote_addr", "how", "subject", "which", "changed")
    csv_columns = ("timestamp", "person", "remote_addr", "how", "subject", "which", "changed_text")

    @admin.display(description=_("when"), ordering="timestamp")
    def when(self, change: SettingsChange) -> str:
        return f"{date_format(change.timestamp, 'DATETIME_FORMAT')} UTC"

    @admin.display(description=_("who"), ordering="actor__name")
    def person(self, change: SettingsChange) -> str:
        return audit_words.who(change)

    @admin.display(description=_("how"), ordering="action")
    def how(self, change: SettingsChange) -> str:
        return str(ACTIONS.get(change.action, ""))

    @admin.display(description=_("what"), ordering="content_type__model")
    def subject(self, change: SettingsChange) -> str:
        return audit_words.subject(change)

    @admin.display(description=_("which one"), ordering="object_repr")
    def which(self, change: SettingsChange) -> str:
        return str(change.object_repr)

    @admin.display(description=_("what"), ordering="object_repr")
    def thing(self, change: SettingsChange) -> SafeString:
        return format_html("{}<div>{}</div>", audit_words.subject(change), change.object_repr)

    @admin.display(description=_("before → after"))
    def summary(self, change: SettingsChange) -> SafeString:
        lines = audit_words.lines(change)
        shown = [Truncator(str(line)).chars(LONGEST_IN_LIST) for line in lines[:SHOWN_IN_LIST]]
        if more := len(lines) - SHOWN_IN_LIST:
            shown += [_now("and %(n)d more") % {"n": more}] if more > 0 else []
        return format_html_join("", "<div>{}</div>", ((line,) for line in shown))

    @admin.display(description=_("before → after"))
    def changed(self, change: SettingsChange) -> SafeString:
        rows = format_html_join("", "<tr><th scope=row>{}</th><td>{}</td><td>{}</td></tr>", audit_words.lines(change))
        return format_html(
            "<table><thead><tr><th scope=col>{}</th><th scope=col>{}</th><th scope=col>{}</th></tr></thead>"
            "<tbody>{}</tbody></table>",
            _("Field"),
            _("Before"),
            _("After"),
            rows,
        )

    @admin.display(description=_("before → after"))
    def changed_text(self, change: SettingsChange) -> str:
        return "\n".join(map(str, audit_words.lines(change)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
