"""What no browser sends and Django trips over is taken out of a request before Django reads it."""

import re
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
KIND = re.compile(r"[^;]*")
BOUNDARY = re.compile(r';\s*(boundary=(?:"[^"]*"|[^;\s]*))', re.IGNORECASE)


def plain(application: Application) -> Application:
    """`application`, asked with a request of which only what browsers send is left."""

    def answered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if kind := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = _kind(kind)
        if cookies := environ.get("HTTP_COOKIE"):
            # Django reads "\000" in a cookie as the character NUL, which PostgreSQL is never to be asked for.
            environ["HTTP_COOKIE"] = cookies.replace("\\", "")
        return application(environ, start_response)

    return answered


def _kind(text: str) -> str:
    """The kind of a body and what stands between its parts; text is UTF-8, whatever charset a stranger names."""
    kind = KIND.match(text)
    boundary = BOUNDARY.search(text)
    return "; ".join([kind[0].strip() if kind else "", *([boundary[1]] if boundary else [])])
