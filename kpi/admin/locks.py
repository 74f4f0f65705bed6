"""The history of locked months: who locked and unlocked, when and why. Locking itself is on the monthly report."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kpi.admin.ledger import OfAMonth, ReadOnlyAdmin
from kpi.models import MonthLock


@admin.register(MonthLock)
class MonthLockAdmin(OfAMonth, ReadOnlyAdmin):
    """Without the snapshots, which are as large as a report."""

    list_display = ("month_of", "locked_at", "locked_by", "pending", "unlocked_at", "unlocked_by", "unlock_reason")
    list_select_related = ("locked_by", "unlocked_by")
    date_hierarchy = "month"
    fields = ("month_of", ("locked_at", "locked_by"), "pending", ("unlocked_at", "unlocked_by"), "unlock_reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MonthLock]:
        return super().get_queryset(request).defer("snapshot")
