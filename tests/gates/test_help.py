"""Every page has its section in the guides, and every control that a guide names exists."""

import ast
import re

import pytest
from django.contrib import admin

from kpiweb.help import markdown
from kpiweb.help.guides import ROLES, guide
from kpiweb.help.places import SECTIONS, section_of
from tests.architecture.source import ROOT, modules, templates, tree_of
from tests.gates.addresses import addresses

# What answers no page of its own that a person would read.
NO_PAGE = re.compile(
    r"^(front|healthz|readyz|metrics|help|help_guide)$|live$|^intake:choices$|^admin:(jsi18n|autocomplete|login|logout)$"
    r"|^admin/|callback$|export|download"
)
CALLS = {"_", "_now", "gettext", "gettext_lazy", "pgettext", "Message", "N_"}
IN_TEMPLATES = re.compile(r"""\{%\s*(?:translate|trans)\s+["'](.+?)["']|_\("([^"]+)"\)|>([^<>{}]+)<""")
BLOCK = re.compile(r"\{%\s*blocktranslate[^%]*%\}(.*?)\{%", re.DOTALL)
# Words of Django's own admin pages.
DJANGO_ADMIN = {"save", "add", "delete", "search", "find", "go", "history", "filter"}


def said() -> set[str]:
    """Everything that a page may say, in lower case: the words of templates, forms, models and the admin."""
    found = set(DJANGO_ADMIN)
    for path in templates():
        if path.suffix in {".html", ".txt"}:
            text = path.read_text(encoding="utf-8")
            found |= {part for match in IN_TEMPLATES.findall(text) for part in match if part.strip()}
            found |= set(BLOCK.findall(text))
    for path in modules():
        found |= {
            node.args[0].value
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in CALLS
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        }
    return {" ".join(words.split()).casefold() for words in found}


def controls(role: str) -> list[str]:
    """What a guide sets in bold: the names of buttons, fields, lists and badges, and nothing else."""
    source = (ROOT / "docs" / "help" / f"{role}.md").read_text(encoding="utf-8")
    return [markdown.words(node) for node in markdown.parse(source).walk() if node.type == "strong"]


@pytest.mark.parametrize("role", ROLES)
def test_every_control_that_a_guide_names_exists(role: str) -> None:
    there = said()
    assert [control for control in controls(role) if control.casefold() not in there] == []
    assert len(controls(role)) >= 5


def test_what_no_page_says_is_found_missing() -> None:
    assert "submit ticket" in said()
    assert "press me gently" not in said()


def test_every_page_has_its_section() -> None:
    pages = sorted({address.name for address in addresses() if not NO_PAGE.search(address.name)})
    without = [name for name in pages if not section_of(name)]
    assert without == [], "name the section in kpiweb/help/places.py"
    assert len(pages) > 60


def test_every_section_that_is_named_exists() -> None:
    there = {f"{role}#{section.anchor}" for role in ROLES for section in guide(role).sections}
    assert {place for place in SECTIONS.values() if place} - there == set()


def test_every_model_of_the_admin_has_more_than_the_front_page() -> None:
    names = [f"admin:{model._meta.app_label}_{model._meta.model_name}_change" for model in admin.site._registry]
    assert [name for name in names if section_of(name) == "admin#start"] == []
