"""What the admin of every model shares: forms in our words that nobody overtakes, deletions that ask, bounded lists."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import bulk_form
from accounts.bulk_delete import DeletesInOurWords, deletion
from accounts.key_select import is_key
from kpiweb.admin_filters import UNANSWERABLE, unfiltered
from kpiweb.admin_forms import SaysWhatIsTwice, SaysWhatIsWrong, SearchesOnTheServer, WordsItsForms, mixed
from kpiweb.admin_history import LeadsToTheAuditLog
from kpiweb.admin_sections import EMPTY, Empty
from kpiweb.admin_words import LooksAtNamedRows, NamesItsPages
from kpiweb.stale import RefusesStaleForms, RemembersItsRows, RemembersWhatWasSeen

WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
COUNTED = 10_000  # rows of a list; what is more costs too much to count for every page


class CappedPaginator(Paginator):
    """Counts so many rows at most, whatever the list holds."""

    def __init__(self, *args: Any, most: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.most = most

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: self.most + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._found, self.most)

    @property
    def is_capped(self) -> bool:
        return self._found > self.most


class RowsOfTheHouse(SearchesOnTheServer, LooksAtNamedRows):
    """For the rows of another model on a form."""

    form: Any
    formset: Any

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        form = mixed(RemembersWhatWasSeen, mixed(SaysWhatIsWrong, self.form))
        formset = mixed(RemembersItsRows, mixed(SaysWhatIsTwice, self.formset))
        return super().get_formset(request, obj, **{"form": form, "formset": formset, **options})  # type: ignore[misc]


class AdminOfTheHouse(
    RefusesStaleForms, WordsItsForms, DeletesInOurWords, NamesItsPages, LooksAtNamedRows, LeadsToTheAuditLog
):
    """For the admin of every model."""

    show_full_result_count = False
    opts: Any

    @property
    def nothing_here(self) -> Empty | None:
        """What the list says while it has no row, where that is more than that one can be added."""
        return EMPTY.get(self.opts.label)

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[Any], per_page: int, **options: Any) -> Any:
        """Ten pages further than the one that is looked at, so that every row can be reached."""
        page = request.GET.get("p", "")
        beyond = (int(page[:6]) + 10) * per_page if is_key(page) else 0
        return CappedPaginator(queryset, per_page, **options, most=max(COUNTED, beyond))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Words of a row are looked for only where the list has a filter or a search.

        Django lets an address ask about every column of the model: letter by letter that tells the password of a
        person, and the link in a mail about their account.
        """
        asked = lookup.partition("__")[0]
        words = {field.name for field in self.model._meta.concrete_fields if isinstance(field, WORDS)}
        if asked in words and not any(f"{lookup}__".startswith(f"{name}__") for name in self._filters(request)):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def _filters(self, request: HttpRequest | None) -> Iterator[str]:
        """The columns, or the words in the address, that the filters of the list go by."""
        for one in self.get_list_filter(request):  # type: ignore[attr-defined]
            name = one[0] if isinstance(one, tuple | list) else one
            yield name if isinstance(name, str) else str(name.parameter_name)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        """What is done to rows is done to those that the filter finds, so it is asked for them first."""
        if request.method == "POST" and request.GET:
            try:
                self.get_changelist_instance(request)  # type: ignore[attr-defined]
            except IncorrectLookupParameters:
                pass  # Django's own page says so
            except UNANSWERABLE:
                return unfiltered(request)
        answer: HttpResponseBase = super().changelist_view(request, extra_context)
        return answer

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[type]:
        return [_rows_of_the_house(inline) for inline in super().get_inlines(request, obj)]  # type: ignore[misc]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponseBase:
        """To the list, which the person most likely came from, or to what the admin of the model knows instead."""
        instead: HttpResponseBase | None = getattr(self, "instead_of_missing", lambda *asked: None)(request, object_id)
        if instead:
            return instead
        words = _("This %(name)s is not here. Somebody else may have deleted it.") % {"name": opts.verbose_name}
        messages.warning(request, words)
        return redirect(f"admin:{opts.app_label}_{opts.model_name}_changelist")

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        """What was ticked are keys; anything else was not sent by the page and is left out."""
        sent: Any = request.POST.copy()
        sent.setlist(ACTION_CHECKBOX_NAME, [one for one in sent.getlist(ACTION_CHECKBOX_NAME) if is_key(one)])
        request.POST = sent
        answer: HttpResponseBase | None = super().response_action(request, queryset)  # type: ignore[misc]
        return answer


@admin.action(permissions=["delete"], description=_("Delete the selected %(verbose_name_plural)s…"))
def delete_selected(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> TemplateResponse | None:
    """In the place of Django's action of this name."""
    return bulk_form.ask(admin_, request, "delete_selected", deletion(admin_, request), rows, at=timezone.now())


def of_the_house(chosen: Any) -> Any:
    """The admin of a model with what all of them share."""
    return mixed(AdminOfTheHouse, chosen)


@cache
def _rows_of_the_house(inline: Any) -> Any:
    return mixed(RowsOfTheHouse, inline)
