"""What setup has to know, in the order in which it asks; options and answers are read by the same functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify

from accounts import lands
from accounts.forms import clean_person_name
from accounts.models import Country, Department, Role, User
from accounts.policies import PRESETS
from kpiweb.setting_up import hours
from kpiweb.setting_up.catalogues import catalogues

Answers = dict[str, Any]
NONE = "none"
YES, NO = {"y", "yes"}, {"n", "no"}


@dataclass(frozen=True)
class Question:
    """`read` turns text into the answer or raises ValueError with a sentence; `default` is text, empty for none."""

    option: str
    asks: str
    help: str
    read: Callable[[str, Answers], Any]
    default: Callable[[Answers], str] = lambda answers: ""
    needed: Callable[[Answers], bool] = lambda answers: True

    @property
    def name(self) -> str:
        return self.option.replace("-", "_")


def _email(text: str, answers: Answers) -> str:
    address = text.strip().casefold()
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(f"“{text}” is not a mail address. Write it in the format name@example.com.") from None
    person = User.objects.filter(email=address).first()
    if person and person.role != Role.ADMIN:
        role = person.get_role_display()
        raise ValueError(f"{address} has an account as {role}. Make it an admin in the admin, or give another address.")
    return address


def _name(text: str, answers: Answers) -> str:
    try:
        return clean_person_name(text)
    except ValidationError as error:
        raise ValueError(f"{error.messages[0]}.") from None


def _country(text: str, answers: Answers) -> str:
    code = lands.code_of(text.strip())
    if not code:
        raise ValueError(f"“{text}” is no country. Write its two letters of ISO 3166, such as KE, or its English name.")
    return code


def _zone(text: str, answers: Answers) -> str:
    known = lands.zones().get(answers["country"], ())
    found = next((zone for zone in known if zone.casefold() == text.strip().casefold()), "")
    if not found:
        country = lands.names()[answers["country"]]
        raise ValueError(f"“{text}” is no time zone of {country}. It has {', '.join(known)}.")
    return found


def _only_zone(answers: Answers) -> str:
    known = lands.zones().get(answers["country"], ())
    return known[0] if len(known) == 1 else ""


def _hours(text: str, answers: Answers) -> hours.Week:
    return hours.week_of(text)


def _department(text: str, answers: Answers) -> str:
    name = " ".join(text.split())
    if not slugify(name) or len(name) > 80:
        raise ValueError("Give the department a name of letters, 80 characters at most.")
    code = department_code(answers.get("country", ""), name)
    other = Department.objects.filter(code=code).exclude(name=name).first()
    if other:
        raise ValueError(f"{other} has the code {code} already. Give another name.")
    return name


def department_code(country: str, name: str) -> str:
    return f"{country.lower()}-{slugify(name)}"[:40].strip("-")


def _preset(text: str, answers: Answers) -> str:
    if text.strip() not in PRESETS:
        raise ValueError(f"“{text}” is no preset. Choose {', '.join(PRESETS)}.")
    return text.strip()


def _catalogues(text: str, answers: Answers) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(word for word in text.replace(",", " ").split() if word != NONE))
    if unknown := [word for word in chosen if word not in catalogues()]:
        raise ValueError(f"“{unknown[0]}” is no catalogue. Choose from {', '.join(catalogues())}, or {NONE}.")
    return chosen


def _yes(text: str, answers: Answers) -> bool:
    if text.strip().lower() not in YES | NO:
        raise ValueError(f"“{text}” is neither yes nor no.")
    return text.strip().lower() in YES


def _new_country(answers: Answers) -> bool:
    return "country" in answers and not Country.objects.filter(code=answers["country"]).exists()


def _new_admin(answers: Answers) -> bool:
    return not User.objects.filter(email=answers.get("admin_email", "")).exists()


QUESTIONS = (
    Question("admin-email", "Email of the first admin", "who signs in first", _email),
    Question("admin-name", "Name of this admin", "as it stands on pages", _name, needed=_new_admin),
    Question("country", "Country (two letters, or its name)", "ISO 3166, such as KE", _country),
    Question("zone", "Time zone", "such as Africa/Nairobi", _zone, _only_zone, _new_country),
    Question("hours", "Working hours", hours.EXAMPLE, _hours, lambda a: "Mon-Fri 08:00-17:00", _new_country),
    Question("department", "Name of the first department", "such as Support", _department, lambda a: "Support"),
    Question(
        "preset", f"Its policies ({', '.join(PRESETS)})", "see the guide for admins", _preset, lambda a: "kpi-web"
    ),
    Question(
        "catalogues",
        f"Ready-made KPI types ({', '.join(catalogues())}, or {NONE})",
        "separated by commas",
        _catalogues,
        lambda a: "support",
    ),
    Question("holidays", "Take over the public holidays of this and the next year", "yes or no", _yes, lambda a: "yes"),
)
