"""Addresses of the staff pages and of My profile."""

from django.urls import path

from kpi import paths  # noqa: F401 - registers <month:...>
from tickets.views import (
    explanation,
    exports,
    messages,
    numbers,
    performance,
    profile,
    queue,
    self_log,
    ticket,
    update,
    verbs,
)

app_name = "tickets"
urlpatterns = [
    path("tickets/", queue.queue, name="queue"),
    path("tickets/new/", self_log.new, name="self_log"),
    path("tickets/new/parts", self_log.parts, name="self_log_parts"),
    path("tickets/<uuid:reference>/", ticket.ticket, name="ticket"),
    path("tickets/<uuid:reference>/live", ticket.live, name="live"),
    path("tickets/<uuid:reference>/update", update.update, name="update"),
    path("tickets/<uuid:reference>/messages", messages.message, name="message"),
    path("tickets/<uuid:reference>/take", verbs.take, name="take"),
    path("tickets/<uuid:reference>/assignment", verbs.assign, name="assign"),
    path("tickets/<uuid:reference>/acknowledgement", verbs.acknowledge, name="acknowledge"),
    path("tickets/<uuid:reference>/rejection", verbs.reject, name="reject"),
    path("tickets/<uuid:reference>/reopening", verbs.reopen, name="reopen"),
    path("performance/<month:month>/tickets/", numbers.items, name="performance_items"),
    path("performance/<month:month>/explain/", numbers.explain, name="performance_explain"),
    path("performance/<month:month>/export.xlsx", exports.workbook, name="performance_xlsx"),
    path("performance/<month:month>/export.csv", exports.csv, name="performance_csv"),
    path("profile/", profile.mine, name="profile"),
    path("profile/submitted/", profile.submitted, name="profile_submitted"),
    path("profile/performance/", performance.performance, name="profile_performance"),
    path("profile/performance/item/<int:pk>/", explanation.item, name="item_explanation"),
    path("profile/performance/item/<int:pk>/correction/", explanation.correct, name="item_correction"),
    path("profile/performance/item/<int:pk>/correction/<slug:metric>/", explanation.restore, name="item_restore"),
]
