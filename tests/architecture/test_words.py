"""Words that must not stand in the source, each with what they would break."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import modules, name_of, templates

IN_PYTHON = {
    "mark_safe": "text from people would run as markup",
    "SafeString(": "text from people would run as markup",
    "csrf_exempt": "another site could send our forms",
    'fields = "__all__"': "a form would take fields nobody chose",
    "@receiver": "work would happen where nobody looks for it",
    "post_save": "work would happen where nobody looks for it",
}
IN_TEMPLATES = {
    re.compile(r"\|\s*safe\b"): "text from people would run as markup",
    re.compile(r"\{%\s*autoescape\s+off"): "text from people would run as markup",
    re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE): "the content policy refuses inline style",
    re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE): "the content policy refuses inline script",
    re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE): "the content policy refuses inline script",
    re.compile(r"<style", re.IGNORECASE): "the content policy refuses inline style",
    re.compile(r"javascript:", re.IGNORECASE): "the content policy refuses inline script",
    re.compile(r"hx-on|hx-vals\s*=\s*['\"]js:"): "it would need eval",
}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
# Mail programs know no style sheets: the HTML of mails carries its style inline.
MAIL_TEMPLATES = "templates/notifications/"


def words_in(text: str, words: dict[str, str]) -> list[str]:
    return [word for word in words if word in text]


def patterns_in(text: str, *, mail: bool = False) -> list[str]:
    markup = COMMENT.sub("", text)
    found = [pattern for pattern in IN_TEMPLATES if pattern.search(markup)]
    return [pattern.pattern for pattern in found if not (mail and "inline style" in IN_TEMPLATES[pattern])]


def test_no_banned_word_in_python() -> None:
    found = {name_of(path): words for path in modules() if (words := words_in(path.read_text(), IN_PYTHON))}
    assert found == {}


def test_no_banned_markup_in_templates() -> None:
    found = {
        name_of(path): patterns
        for path in templates()
        if path.suffix in {".html", ".svg"}
        and (patterns := patterns_in(path.read_text(), mail=name_of(path).startswith(MAIL_TEMPLATES)))
    }
    assert found == {}


@pytest.mark.parametrize(
    "markup",
    [
        "{{ body|safe }}",
        "{{ body | safe }}",
        '<p style="color: red">',
        '<button onclick="go()">',
        "<script>go()</script>",
        "{% autoescape off %}",
        '<a href="javascript:go()">',
    ],
)
def test_the_patterns_find_what_they_are_for(markup: str) -> None:
    assert patterns_in(markup) != []


@pytest.mark.parametrize("markup", ['<script src="/static/a.js" defer></script>', "{{ safety }}", "<p>one = 1</p>"])
def test_the_patterns_leave_the_rest_alone(markup: str) -> None:
    assert patterns_in(markup) == []


def test_rooms_without_a_subject_do_not_exist() -> None:
    forbidden = {"common", "utils", "helpers", "signals", "services", "misc"}
    assert [name_of(path) for path in modules() if forbidden & {Path(part).stem for part in path.parts}] == []
