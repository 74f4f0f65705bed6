"""Read settings from the environment; every name also works as NAME_FILE, the path of a file that holds the value."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
# scheme: implicit TLS, STARTTLS, default port
MAIL_SCHEMES = {"smtp": (False, False, 25), "smtps": (True, False, 465), "smtp+tls": (False, True, 587)}


class Environment:
    """The variables the product was started with. An empty value counts as not given."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def text(self, name: str, default: str = "") -> str:
        """The value of NAME, or the content of the file NAME_FILE names; giving both is an error."""
        value, path = self.variables.get(name, ""), self.variables.get(f"{name}_FILE", "")
        if value and path:
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one.")
        if path:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
        return value or default

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.text(name).lower()
        if value and value not in TRUE | FALSE:
            raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")
        return value in TRUE if value else default

    def number(self, name: str, default: int) -> int:
        """A whole number, zero or more."""
        value = self.text(name)
        if value and not (value.isascii() and value.isdigit()):
            raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.")
        return int(value) if value else default

    def words(self, name: str, default: list[str]) -> list[str]:
        """Values separated by commas."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()] or default

    def choice(self, name: str, options: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in options:
            raise ImproperlyConfigured(f"{name} is {value!r}; write one of {', '.join(options)}.")
        return value


def site_address(url: str) -> str:
    """Where people reach the site, as links in mails begin with it; "" for none."""
    url = url.rstrip("/")
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if url and not fits:
        raise ImproperlyConfigured("SITE_URL must look like https://kpi.example.com.")
    return url


def made_folder(folder: Path) -> Path:
    """The folder in which the product writes, made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"VAR_DIR cannot be made: {error}") from error
    return folder


def mail_settings(url: str, *, timeout: int) -> dict[str, Any]:
    """Django's EMAIL_* settings for smtp://, smtp+tls:// (STARTTLS) or smtps:// user:password@host:port."""
    parts = urlsplit(url)
    try:
        implicit_tls, starttls, default_port = MAIL_SCHEMES[parts.scheme]
        port = parts.port or default_port
    except (KeyError, ValueError) as error:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@host:587.") from error
    if not parts.hostname or parse_qs(parts.query):
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@host:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit_tls,
        "EMAIL_USE_TLS": starttls,
        "EMAIL_TIMEOUT": timeout,
    }


def embedded_secret_key(var_dir: Path) -> str:
    """The key of this installation: made at the first start, readable by its owner alone, kept for the next starts."""
    path = var_dir / "secret_key"
    if not path.exists():
        draft = made_folder(var_dir) / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            # Web and worker may start at the same moment: the first link wins and both read the same key.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
