"""What base.html needs on every page; a plain function, so error pages use it as well."""

from typing import Any

from django.http import HttpRequest

from kpiweb.help.places import help_url


def page(request: HttpRequest) -> dict[str, Any]:
    """The colour theme a person chose, empty while the system decides; the section of the help about this page.

    No query of its own.
    """
    return {"theme": getattr(getattr(request, "user", None), "theme", ""), "help_url": help_url(request)}
