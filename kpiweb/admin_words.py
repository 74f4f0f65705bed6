"""How the pages of the admin are called, and what stands beside a field that names another row."""

from typing import Any

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator, capfirst

from kpiweb.admin_sections import TOGETHER

LONGEST_TITLE = 80


class NamesItsPages:
    """A list is called by its rows or by what they make up, a form by its row."""

    opts: Any

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        name = TOGETHER.get(self.opts.label) or capfirst(str(self.opts.verbose_name_plural))
        context = {"title": name, **(extra_context or {})}
        return super().changelist_view(request, context)  # type: ignore[misc]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponse:
        row = options.get("obj")
        named = {"title": Truncator(str(row)).chars(LONGEST_TITLE), "subtitle": None} if row is not None else {}
        return super().render_change_form(request, {**context, **named}, **options)  # type: ignore[misc, no-any-return]


class LooksAtNamedRows:
    """For fields that name another row, on a form and in its rows."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest | None, **options: Any) -> Any:
        """The row is looked at or added from here; changing or deleting it is done on its own page."""
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = False
        return field
