"""Every verb button posts to a route whose view uses that verb, so the matrix of verbs holds for the pages too."""

import inspect
import re
from pathlib import Path

import pytest
from django.urls import get_resolver

from tickets.states import Verb

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = [*(ROOT / "templates" / "tickets").glob("*.html"), *(ROOT / "templates" / "intake").glob("*.html")]
SHOWN_FOR = re.compile(r'"(\w+)" in (?:view\.)?verbs')
LEADS_TO = re.compile(r"""\{% url ['"]([\w:-]+)['"]""")

# verb -> the route its button leads to
BUTTONS = {
    Verb.TAKE: "tickets:take",
    Verb.ACKNOWLEDGE: "tickets:acknowledge",
    Verb.REJECT: "tickets:reject",
    Verb.REOPEN: "tickets:reopen",
    Verb.REPLY: "tickets:message",
    Verb.NOTE: "tickets:message",
    Verb.CLIENT_CLOSE: "intake:close",
    Verb.CLIENT_REOPEN: "intake:reopen",
    Verb.WITHDRAW: "intake:withdraw",
    Verb.DELETE: "admin:tickets_pendingticket_delete",
}
# Shown for the verb by its view; the form itself is the button.
FORMS = {Verb.ASSIGN: "tickets:assign", Verb.EDIT: "tickets:update"}


def source_of(route: str) -> str:
    """The module of the view behind a route of ours."""
    space, name = route.split(":")
    resolver = next(one[1] for key, one in get_resolver().namespace_dict.items() if key == space)
    pattern = next(one for one in resolver.url_patterns if one.name == name)
    return inspect.getsource(inspect.getmodule(inspect.unwrap(pattern.callback)))


def test_every_verb_a_template_asks_for_has_its_route() -> None:
    asked = {verb for template in TEMPLATES for verb in SHOWN_FOR.findall(template.read_text())}
    assert asked <= {verb.value for verb in BUTTONS | FORMS}


@pytest.mark.parametrize(("verb", "route"), (BUTTONS | FORMS).items(), ids=lambda one: str(one))
def test_button_leads_to_a_view_of_its_verb(verb: Verb, route: str) -> None:
    linked = {url for template in TEMPLATES for url in LEADS_TO.findall(template.read_text())}
    assert route in linked
    if not route.startswith("admin:"):
        words = source_of(route)
        assert f"Verb.{verb.name}" in words or f".{verb.value}(" in words
