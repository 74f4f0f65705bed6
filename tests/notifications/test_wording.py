"""Whatever people type, a header stays one line and names one recipient."""

import email
import email.policy
from email.utils import formataddr

import pytest
from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from notifications.wording import body_text, display_name, is_address, one_line

NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from(list("\r\n\t\0\x0b\x85\u2028\u2029\u202e\"\\,;:<>@()[]=?. '")))
)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Printer\r\nBcc: all@example.org", "Printer Bcc: all@example.org"),
        ("a\x00b\x0bc\u2028d", "a b c d"),
        ("  many\t\tspaces  ", "many spaces"),
        ("harmless\u202egnp.exe", "harmlessgnp.exe"),
        ("Żółć 日本 👩\u200d🔧", "Żółć 日本 👩\u200d🔧"),
        ("", ""),
    ],
)
def test_one_line(typed: str, line: str) -> None:
    assert one_line(typed) == line


def test_a_long_line_ends_at_a_word() -> None:
    assert one_line("The printer prints blank pages", limit=20) == "The printer prints…"
    assert one_line("x" * 30, limit=20) == "x" * 19 + "…"


@given(NASTY, st.integers(min_value=10, max_value=60))
def test_one_line_is_short_single_and_settled(typed: str, limit: int) -> None:
    line = one_line(typed, limit=limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert one_line(line, limit=limit) == line
    line.encode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Evil, x@y.z", "Evil, x@y.z"),
        ('"Sam" <x@y.z>', '"Sam" <x@y.z>'),
        ("Jörg Müller, Dr.", "Jörg Müller, Dr."),
        ("=?utf-8?q?Evil=2C_x=40y.z=0Ax?=", "= ?utf-8?q?Evil=2C_x=40y.z=0Ax?="),
    ],
)
def test_a_name_is_no_recipient(name: str, shown: str) -> None:
    sent = _to_header(name)
    assert [(one.display_name, one.addr_spec) for one in sent] == [(shown, "sam@example.org")]


@given(NASTY)
def test_any_name_leaves_one_recipient(name: str) -> None:
    assert [one.addr_spec for one in _to_header(name)] == ["sam@example.org"]


def _to_header(name: str) -> tuple[email.headerregistry.Address, ...]:
    to = formataddr((display_name(name), "sam@example.org"))
    message = EmailMessage(subject="s", body="b", from_email="a@example.org", to=[to])
    assert message.recipients() == [to]
    read = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
    assert sorted(read.keys()) == sorted(
        ["Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID"]
    )
    return read["To"].addresses  # type: ignore[no-any-return]


def test_body_text_keeps_lines_and_drops_controls() -> None:
    assert body_text("one\r\ntwo\rthree\tx\x00\x1b[31m\ud800") == "one\ntwo\nthree\tx[31m"


@pytest.mark.parametrize("address", ["sam@example.org", "sam+kpi@sub.example.org", "sam@müller.example"])
def test_addresses(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sam",
        "sam@example.org\n",
        "a@b.example,c@d.example",
        "Sam <sam@example.org>",
        "jörg@example.org",
        "s @b.example",
    ],
)
def test_no_addresses(address: str) -> None:
    assert not is_address(address)
