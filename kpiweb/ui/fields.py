"""Form fields in the product's look: label, "(optional)", hint, error, control, wired for readers."""

from typing import Any

from django import forms
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from kpiweb.ui.times import in_words

BARE = {"checkbox", "radio", "hidden", "file"}


def field(
    bound: BoundField, label: str = "", *, hint: str = "", css: str = "", optional: bool = True, **attrs: Any
) -> str:
    """One field: label, hint, error, control; `attrs` go on the control (data_draft becomes data-draft).

    css: more classes for the block (short, grow, vh-label hides the label from sight).
    optional: whether to mark a field that may stay empty; required ones are never marked.
    """
    return render_to_string(
        "ui/field.html", field_context(bound, label, hint=hint, css=css, optional=optional, **attrs)
    )


def field_context(
    bound: BoundField, label: str = "", *, hint: str = "", css: str = "", optional: bool = True, **attrs: Any
) -> dict[str, Any]:
    """What ui/field.html needs; also the way Django's own {{ form }} gets there."""
    hint_text = hint or bound.help_text
    described = [f"{bound.auto_id}-{part}" for part, there in (("hint", hint_text), ("error", bound.errors)) if there]
    extra = {name.replace("_", "-"): value for name, value in attrs.items()}
    date = getattr(bound.field.widget, "input_type", "") == "date"
    if date:
        described.append(f"{bound.auto_id}-words")
    return {
        "bound": bound,
        "label": label or bound.label,
        "hint": hint_text,
        "css": " ".join(part for part in css.split() if part != "vh-label"),
        "label_hidden": "vh-label" in css.split(),
        "optional": optional and not bound.field.required and not isinstance(bound.field.widget, CheckboxInput),
        "tick": isinstance(bound.field.widget, CheckboxInput),
        "radios": isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple),
        "date": date,
        "day": in_words(bound.value()) if date else "",
        "described": " ".join(described),
        "control": control(bound, described, extra),
    }


def control(bound: BoundField, described: list[str], extra: dict[str, Any]) -> SafeString:
    """The control itself with class, description and state; ids listed in `described` exist on the page."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    attrs = dict(extra)
    if kind not in BARE:
        own = f"{widget.attrs.get('class', '')} {attrs.get('class', '')}".split()
        attrs["class"] = " ".join(dict.fromkeys(["input", *own]))
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if kind == "date" and not getattr(widget, "format", None):
        widget.format = "%Y-%m-%d"  # the one form a browser's date input reads; the field is this form's own copy
    return bound.as_widget(attrs=attrs)


def error_summary(form: BaseForm, *others: BaseForm) -> str:
    """ "There is a problem", with a line for each refused field that leads to it; nothing for a good form."""
    problems = [problem for one in (form, *others) if one is not None for problem in _problems(one)]
    return render_to_string("ui/error_summary.html", {"problems": problems}) if problems else ""


def _problems(form: BaseForm) -> list[tuple[str, str]]:
    if not form.is_bound or not form.errors:
        return []
    whole = [("", str(words)) for words in form.non_field_errors()]
    return whole + [(_target(bound), str(words)) for bound in form for words in bound.errors]


def _target(bound: BoundField) -> str:
    """Where the link goes: the control, or the first of a group of radios."""
    return "" if bound.is_hidden else (bound.id_for_label or f"{bound.auto_id}_0")


def hidden_fields(form: BaseForm) -> SafeString:
    """The form's hidden fields, to stand inside <form>."""
    return format_html_join("", "{}", ((bound,) for bound in form.hidden_fields()))
