"""The public addresses: submit, look up, follow."""

from django.urls import path

from intake.views import confirmation, follow, found, status, submission

app_name = "intake"

STATUS = "intake/status/<uuid:reference>"

urlpatterns = [
    path("intake", submission.submit, name="submit"),
    path("intake/choices", submission.choices, name="choices"),
    path("intake/submitted/<uuid:reference>", confirmation.confirmation, name="confirmation"),
    path("intake/lookup", found.look_up, name="lookup"),
    path("intake/sent", found.sent, name="sent"),
    path("intake/found/<str:token>", found.found, name="found"),
    path("intake/found/<str:token>/<int:number>", found.found_ticket, name="found-ticket"),
    path(STATUS, status.status, name="status"),
    path(f"{STATUS}/live", status.live, name="live"),
    path(f"{STATUS}/messages", follow.message, name="message"),
    path(f"{STATUS}/closure", follow.step, {"step_name": "closure"}, name="close"),
    path(f"{STATUS}/reopening", follow.step, {"step_name": "reopening"}, name="reopen"),
    path(f"{STATUS}/withdrawal", follow.step, {"step_name": "withdrawal"}, name="withdraw"),
    path(f"{STATUS}/link", follow.step, {"step_name": "link"}, name="new-link"),
    path(f"{STATUS}/link/keep", follow.step, {"step_name": "keep"}, name="keep-link"),
]
