"""The mail about an account as a page: the same sentences as its text, the link in it as a button."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Part:
    """A paragraph; with `label` its words are an address to open, with `code` something to type."""

    words: str
    label: str = ""
    code: bool = False


def page(*, subject: str, text: str, facts: dict[str, Any]) -> str:
    """HTML for a mail whose `text` was made from `facts`."""
    labels = {
        "activate_url": _("Confirm your email"),
        "password_reset_url": _("Choose a password"),
        "password_reset_page": _("Choose a new password"),
        "signup_url": _("Make an account"),
        "sign_in_page": _("Sign in"),
    }
    buttons = {facts[name]: label for name, label in labels.items() if facts.get(name)}
    paragraphs = [" ".join(words.split()) for words in text.split("\n\n")]
    parts = [
        Part(words, label=buttons.get(words, ""), code=words == facts.get("code"))
        for words in paragraphs
        if words and not words.endswith(facts["site_url"])
    ]
    return render_to_string("notifications/account.html", {"subject": subject, "parts": parts, **facts})
