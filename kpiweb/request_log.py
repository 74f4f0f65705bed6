"""One line per request, one id per request in every line, and no word of what people wrote."""

import contextvars
import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

REFERENCE = re.compile(r"\b([0-9a-f]{8})-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b", re.IGNORECASE)
GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
QUIET_PATHS = ("/healthz", "/readyz", "/static/")
LONGEST_ERROR = 200
INNERMOST_FRAMES = 20
log = logging.getLogger("kpiweb.request")


class RequestLogMiddleware:
    """Gives each request an id (the proxy's, if there is a trusted one), answers with it and logs the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        token = request_id.set(given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8))
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            if not request.path.startswith(QUIET_PATHS):
                self.write(request, response, milliseconds=round((time.perf_counter() - started) * 1000))
            return response
        finally:
            request_id.reset(token)

    def write(self, request: HttpRequest, response: HttpResponse, *, milliseconds: int) -> None:
        # The route, not the path: a reference in an address opens the ticket to whoever reads the log.
        match = request.resolver_match
        route = "/" + match.route if match else "(no such page)"
        user = getattr(request, "user", None)
        facts = {
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "milliseconds": milliseconds,
            "user": user.pk if user is not None and user.is_authenticated else None,
        }
        log.info("%s %s %s %s ms", request.method, route, response.status_code, milliseconds, extra={"facts": facts})


class JsonFormatter(logging.Formatter):
    """For machines: one JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_references(record.getMessage()),
            **getattr(record, "facts", {}),
        }
        if current := request_id.get():
            line["request_id"] = current
        if record.exc_info and record.exc_info[1]:
            line["error"], line["stack"] = error_sentence(record.exc_info[1]), stack(record.exc_info[1])
        return json.dumps(line, default=str)


class PlainFormatter(logging.Formatter):
    """For people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        where = "" if record.name == "kpiweb.request" else f"{record.name}: "
        line = f"{record.levelname.lower():7} {where}{without_references(record.getMessage())}"
        if record.exc_info and record.exc_info[1]:
            line += "\n" + "\n".join(stack(record.exc_info[1])) + "\n" + error_sentence(record.exc_info[1])
        return line


def without_references(text: str) -> str:
    """The text with each ticket reference cut to its first eight characters."""
    return REFERENCE.sub(r"\1...", text)


def error_sentence(error: BaseException) -> str:
    """Kind and first line of an error; what follows in a database error quotes the row, messages included."""
    first_line = (str(error).splitlines() or [""])[0][:LONGEST_ERROR]
    return f"{type(error).__name__}: {without_references(first_line)}"


def stack(error: BaseException) -> list[str]:
    """Where it happened, innermost call last; the error that caused it comes first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = [*stack(cause), error_sentence(cause), "which led to"] if cause else []
    frames = traceback.extract_tb(error.__traceback__)[-INNERMOST_FRAMES:]
    return earlier + [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
