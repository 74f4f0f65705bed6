"""What base.html needs on every page; a plain function, so error pages use it as well."""

from typing import Any

from django.http import HttpRequest

from kpiweb.help.places import help_url


def page(request: HttpRequest) -> dict[str, Any]:
    """What a person chose: colours, empty while the system decides; single keys, for staff. And the help of this page.

    No query of its own.
    """
    user = getattr(request, "user", None)
    return {
        "theme": getattr(user, "theme", ""),
        "shortcuts": getattr(user, "works_here", False) and not getattr(user, "shortcuts_off", False),
        "help_url": help_url(request),
    }
