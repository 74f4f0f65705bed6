"""Form fields: wired for readers, wrong ones say so beside the field and in the summary."""

from datetime import date

from django import forms
from django.template import Context, Template


class Sample(forms.Form):
    subject = forms.CharField(help_text="A few words", error_messages={"required": "Enter a subject"})
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    kind = forms.ChoiceField(choices=[("Office", [("a", "Chair")]), ("b", "Else")], required=False)
    mark = forms.ChoiceField(
        choices=[("1", "One")], widget=forms.RadioSelect, error_messages={"required": "Choose a mark"}
    )
    agree = forms.BooleanField(required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Nothing fits")


def render(source: str, form: forms.Form) -> str:
    return Template("{% load ui %}" + source).render(Context({"form": form}))


def test_hint_and_error_describe_the_control() -> None:
    shown = render("{% field form.subject %}", Sample({}))
    assert 'class="field wrong"' in shown
    assert '<p class="hint" id="id_subject-hint">A few words</p>' in shown
    assert '<span class="vh">Error: </span>Enter a subject</p>' in shown
    assert 'aria-describedby="id_subject-hint id_subject-error" aria-invalid="true"' in shown


def test_good_field_has_no_error_and_the_class_of_the_look() -> None:
    shown = render("{% field form.subject data_draft='x' %}", Sample())
    assert ('class="field"' in shown, 'class="input"' in shown, 'data-draft="x"' in shown) == (True, True, True)
    assert "aria-invalid" not in shown


def test_only_optional_fields_are_marked() -> None:
    assert "(optional)" not in render("{% field form.subject %}", Sample())
    assert "(optional)" in render("{% field form.kind %}", Sample())
    assert "(optional)" not in render("{% field form.agree %}", Sample())


def test_select_keeps_its_groups() -> None:
    assert '<optgroup label="Office">' in render("{% field form.kind %}", Sample())


def test_tick_has_its_words_beside_it() -> None:
    shown = render("{% field form.agree 'Count it' %}", Sample())
    assert '<label class="tick" for="id_agree">' in shown
    assert shown.count("<label") == 1


def test_date_stands_in_words_beside_the_input() -> None:
    shown = render("{% field form.day %}", Sample(initial={"day": date(2026, 11, 14)}))
    assert 'value="2026-11-14"' in shown
    assert 'data-date-words="id_day">Saturday, 14 November 2026</p>' in shown


def test_summary_leads_to_every_wrong_field() -> None:
    shown = render("{% error_summary form %}", Sample({}))
    assert 'role="alert" tabindex="-1"' in shown
    assert "<li>Nothing fits</li>" in shown
    assert '<a href="#id_subject">Enter a subject</a>' in shown
    assert '<a href="#id_mark_0">Choose a mark</a>' in shown
    assert 'id="id_mark_0"' in render("{% field form.mark %}", Sample({}))


def test_no_summary_before_anything_was_sent() -> None:
    assert render("{% error_summary form %}", Sample()) == ""


def test_hidden_fields_and_whole_forms() -> None:
    assert render("{% hidden_fields form %}", Sample()) == '<input type="hidden" name="key" id="id_key">'
    assert render("{{ form }}", Sample()).count('class="field') == 5
