from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kpiweb.environment import Environment, embedded_secret_key, mail_settings, site_address


def test_a_value_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("from a file\n")
    assert Environment({"KEY_FILE": str(secret)}).text("KEY") == "from a file"


def test_a_value_and_a_file_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^KEY and KEY_FILE are both set; keep one\.$"):
        Environment({"KEY": "a", "KEY_FILE": str(tmp_path / "key")}).text("KEY")


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^KEY_FILE cannot be read"):
        Environment({"KEY_FILE": str(tmp_path / "nowhere")}).text("KEY")


def test_an_empty_value_counts_as_not_given() -> None:
    environment = Environment({"KEY": "", "KEY_FILE": "", "PORT": "", "ON": "", "HOSTS": " , "})
    assert environment.text("KEY", "default") == "default"
    assert environment.number("PORT", 25) == 25
    assert environment.flag("ON", default=True) is True
    assert environment.words("HOSTS", ["localhost"]) == ["localhost"]


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("True", True), ("off", False), ("0", False)])
def test_flags(value: str, meant: bool) -> None:
    assert Environment({"ON": value}).flag("ON", default=not meant) is meant


@pytest.mark.parametrize("value", ["-1", "1_000", "１", "1.5", "one"])
def test_a_number_is_plain_digits(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^PROXIES is "):
        Environment({"PROXIES": value}).number("PROXIES", 0)


def test_words_are_trimmed() -> None:
    assert Environment({"HOSTS": "a.example, b.example,"}).words("HOSTS", []) == ["a.example", "b.example"]


def test_a_choice_outside_the_list_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="embedded, production"):
        Environment({"KPIWEB_ENV": "prod"}).choice("KPIWEB_ENV", ("embedded", "production"), "embedded")


@pytest.mark.parametrize(
    ("url", "port", "implicit_tls", "starttls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example:587", 587, False, True),
        ("smtps://mail.example", 465, True, False),
    ],
)
def test_mail_schemes(url: str, port: int, implicit_tls: bool, starttls: bool) -> None:
    settings = mail_settings(url, timeout=7)
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example", port)
    assert (settings["EMAIL_USE_SSL"], settings["EMAIL_USE_TLS"]) == (implicit_tls, starttls)
    assert settings["EMAIL_TIMEOUT"] == 7


def test_mail_credentials_may_hold_any_character() -> None:
    settings = mail_settings("smtp://me%40example.com:p%2Fss%3A@mail.example", timeout=1)
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("me@example.com", "p/ss:")


@pytest.mark.parametrize("url", ["mail.example:25", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h?x=1"])
def test_a_wrong_mail_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        mail_settings(url, timeout=1)
    assert str(refusal.value) == "EMAIL_URL must look like smtp+tls://user:password@host:587."


@pytest.mark.parametrize(
    "url", ["htp:/x", "kpi.example.com", "//kpi.example.com", "https://", "http://h:port", "ftp://h"]
)
def test_an_address_that_no_link_could_begin_with_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SITE_URL must look like https://kpi\.example\.com\.$"):
        site_address(url)


def test_the_address_of_the_site_ends_without_a_slash() -> None:
    assert [site_address(url) for url in ("", "http://localhost:8000/", "https://kpi.example.com")] == [
        "", "http://localhost:8000", "https://kpi.example.com",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match=r"^VAR_DIR cannot be made: .*file"):
        embedded_secret_key(tmp_path / "file" / "var")


def test_the_embedded_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = embedded_secret_key(tmp_path / "var")
    assert embedded_secret_key(tmp_path / "var") == first
    assert len(first) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]
    assert embedded_secret_key(tmp_path / "other") != first
