"""Badges, times and people's words as templates get them."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from kpiweb.ui import badges, times, words, zones

AT = datetime(2026, 11, 19, 3, 47, tzinfo=UTC)


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def request(cookie: str = "", zone: str = "") -> Any:
    asked = RequestFactory().get("/")
    asked.COOKIES["tz"] = cookie
    asked.user = type("Person", (), {"zone": zone})()
    return asked


def test_badge_says_it_three_times() -> None:
    assert render('{% badge "ok" "check" "Met" plain=True %}') == (
        '<span class="badge ok plain"><svg class="icon" aria-hidden="true">'
        '<use href="/static/icons.svg#check"/></svg>Met</span>'
    )


def test_badge_words_are_escaped() -> None:
    assert "<script>" not in render('{% badge "ok" "check" words %}', words="<script>")


@pytest.mark.parametrize(
    ("status", "tone", "words"),
    [
        ("new", "info", "New"),
        ("progress", "live", "On Progress"),
        ("closed", "ok", "Closed"),
        ("rejected", "mute", "Rejected"),
    ],
)
def test_status_badge(status: str, tone: str, words: str) -> None:
    shown = render("{% status_badge status %}", status=status)
    assert (f'class="badge {tone}"' in shown, shown.endswith(f"{words}</span>")) == (True, True)


def test_waiting_badge_speaks_to_the_client_in_public() -> None:
    assert render('{% waiting_badge "client" public=True %}').endswith("Awaiting your answer</span>")
    assert render('{% waiting_badge "" %}') == ""


@pytest.mark.parametrize(
    ("points", "shown", "words"),
    [
        (None, "No data", "No data"),
        (1_000_000, "100.0", "On target"),
        (949_500, "95.0", "On target"),
        (949_499, "94.9", "Near target"),
        (799_500, "80.0", "Near target"),
        (799_499, "79.9", "Below target"),
        (Fraction(913_333, 1), "91.3", "Near target"),
    ],
)
def test_bands_judge_the_displayed_number(points: int | None, shown: str, words: str) -> None:
    assert badges.score(points) == shown
    assert badges.band(points).endswith(f"{words}</span>")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "Not recorded"),
        (0, "0 min"),
        (45, "45 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (4 * 3600, "4 h"),
        (3 * 3600 + 5 * 60, "3 h 05 min"),
        (timedelta(hours=65, minutes=25), "65 h 25 min"),
    ],
)
def test_duration(seconds: Any, shown: str) -> None:
    assert times.duration(seconds) == shown


def test_when_is_in_the_accounts_zone_and_names_it(db: None) -> None:
    shown = render("{% when at %}", at=AT, request=request(cookie="Europe/Lisbon", zone="Asia/Jakarta"))
    assert shown == (
        '<time datetime="2026-11-19T10:47:00+07:00" title="19 November 2026, 10:47 WIB">19 Nov 2026, 10:47 WIB</time>'
    )


@pytest.mark.parametrize(
    ("cookie", "default", "label"),
    [
        ("Africa/Nairobi", "Asia/Jakarta", "EAT"),
        ("../../etc/passwd", "Asia/Jakarta", "WIB"),
        ("Nowhere/Land", None, "UTC"),
        ("", "Asia/Kathmandu", "UTC+5:45"),
        ("America/Sao_Paulo", None, "UTC-3"),
    ],
)
def test_zone_from_browser_then_page(cookie: str, default: str | None, label: str) -> None:
    zone = zones.viewer_zone(request(cookie=cookie), default)
    assert zones.zone_label(AT.astimezone(zone)) == label


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=3), "3 min ago"),
        (timedelta(hours=-2), "in 2 h"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_ago(distance: timedelta, said: str) -> None:
    assert times.ago(AT - distance, as_of=AT) == said


def test_relative_time_takes_the_keyboard() -> None:
    shown = render('{% when at "relative" as_of=now %}', at=AT, now=AT + timedelta(hours=3))
    assert 'tabindex="0"' in shown
    assert shown.endswith(">3 h ago</time>")


def test_date_in_words() -> None:
    assert times.in_words(date(2026, 11, 14)) == "Saturday, 14 November 2026"
    assert times.in_words("2026-11-1") == ""


def test_paragraphs_keep_lines_and_link_addresses() -> None:
    assert words.paragraphs("One\r\ntwo\n\nSee https://x.example/a?b=1&c=2.") == (
        "<p>One<br>two</p>"
        '<p>See <a href="https://x.example/a?b=1&amp;c=2" rel="noreferrer nofollow ugc">https://x.example/a?b=1&amp;c=2</a>.</p>'
    )


@given(st.text(alphabet=st.sampled_from("<>\"'& a\njavascript:htps/.%{}()="), max_size=80))
def test_paragraphs_never_make_markup(text: str) -> None:
    shown = words.paragraphs(text)
    for tag in ("<p>", "</p>", "<br>", "</a>"):
        shown = shown.replace(tag, "")
    assert "<" not in shown.replace('<a href="http', "")
