"""Pages and mails speak the language a person chose, in whatever browser and whoever causes the mail."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation

from accounts.models import User


def spoken_by(reader: User | None) -> translation.override:
    """A context in which words are those of `reader`: of their choice, else of the site."""
    return translation.override((reader.language if reader else "") or settings.LANGUAGE_CODE)


def remember(answer: HttpResponse, person: User) -> None:
    """Pages follow the choice for as long as the session lasts; without one, the device, not who was here before."""
    if person.language:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            person.language,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
    else:
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
