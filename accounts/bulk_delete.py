"""Deleting in the admin, one or many: what goes along, what is kept because other rows need it, in our words.

Django's own pages read every row that hangs on what is deleted; these count, and only as far as anybody reads.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CASCADE, PROTECT, RESTRICT, Exists, Model, OuterRef, QuerySet
from django.db.models.deletion import get_candidate_relations_to_delete
from django.http import HttpRequest
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from accounts.bulk import Deed, Doing, Reasons

MOST = 1000  # what is more is not counted
KEEPING = (PROTECT, RESTRICT)


@dataclass(frozen=True)
class Hanging:
    """Rows of another model that go with what is deleted, or keep it from being deleted."""

    model: type[Model]
    keeps: bool
    count: int
    example: str

    def __str__(self) -> str:
        number = str(self.count) if self.count <= MOST else f"{MOST}+"
        words = {"rows": capfirst(str(self.model._meta.verbose_name_plural)), "n": number, "one": self.example}
        return _("%(rows)s: %(n)s, such as %(one)s") % words


class DeletesInOurWords:
    """For the admin of every model; see kpiweb/model_admin.py."""

    admin_site: Any
    model: type[Model]
    opts: Any

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[str], dict[str, int], set[str], Any]:
        """As Django asks for it: what is deleted, how many of each kind, who may not, and what keeps the rows."""
        rows = list(objs)
        found = [] if _free(self) else list(hanging(self.model, [row.pk for row in rows]))
        gone = [one for one in found if not one.keeps]
        refused = {str(one.model._meta.verbose_name) for one in gone if not self._may(request, one.model)}
        kept = [str(one) for one in found if one.keeps]
        counts = {str(self.opts.verbose_name_plural): len(rows)}
        return [*map(str, rows), *map(str, gone)], counts, refused, kept

    def _may(self, request: HttpRequest, model: type[Model]) -> bool:
        other = self.admin_site._registry.get(model)
        return other is None or other.has_delete_permission(request)


def deletion(admin_: Any, request: HttpRequest) -> Deed:
    """The deed of deleting rows of this admin."""

    def carry_out(rows: QuerySet[Any], doing: Doing) -> Reasons:
        admin_.log_deletions(request, rows)
        admin_.delete_queryset(request, rows)
        return {}

    usual = _("They are deleted for good; the audit log keeps what they were.")
    return Deed(
        _("Delete %(rows)s") % {"rows": admin_.opts.verbose_name_plural},
        getattr(admin_, "deletes_how", usual),
        _("Delete"),
        lambda rows, doing: {} if _free(admin_) else why_kept(admin_.model, [row.pk for row in rows]),
        carry_out,
    )


def _free(admin_: Any) -> bool:
    """Whether it is known of these rows that deleting them touches nothing else."""
    return bool(getattr(admin_, "nothing_hangs_on_rows", False))


def hanging(model: type[Model], keys: Any) -> Iterator[Hanging]:
    """What would go along with these rows, and what keeps them; each kind once, with one for an example."""
    for relation, rows in _related(model, keys):
        found = list(rows.order_by("pk")[: MOST + 1].values_list("pk", flat=True))
        if found and not relation.related_model._meta.auto_created:
            example = Truncator(str(relation.related_model._base_manager.get(pk=found[0]))).chars(80)
            yield Hanging(relation.related_model, relation.on_delete in KEEPING, len(found), example)
        if found and relation.on_delete is CASCADE:
            yield from hanging(relation.related_model, rows.values("pk"))


def why_kept(model: type[Model], keys: list[Any]) -> Reasons:
    """By the key of each row that others need: which those are. As many queries as there are relations."""
    reasons: Reasons = {}
    for needing, exists in _needs(model):
        words = _("needed by %(rows)s") % {"rows": needing._meta.verbose_name_plural}
        for pk in model._base_manager.filter(exists, pk__in=keys).values_list("pk", flat=True):
            reasons.setdefault(pk, words)
    return reasons


def _related(model: type[Model], keys: Any) -> Iterator[tuple[Any, QuerySet[Any]]]:
    for relation in _relations(model):
        yield relation, relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})


def _needs(model: type[Model], above: Iterable[type[Model]] = ()) -> Iterator[tuple[type[Model], Any]]:
    """Each model whose rows keep a row of this one, with the condition under which they do."""
    for relation in _relations(model):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        if relation.on_delete in KEEPING:
            yield relation.related_model, Exists(rows)
        elif relation.on_delete is CASCADE and relation.related_model not in (*above, model):
            for needing, exists in _needs(relation.related_model, (*above, model)):
                yield needing, Exists(rows.filter(exists))


def _relations(model: type[Model]) -> list[Any]:
    """From the rows of other models to this one, those that are shown nowhere as well."""
    return list(get_candidate_relations_to_delete(model._meta))
