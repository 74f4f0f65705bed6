"""The guides as pages: rendering, anchors, search, and the Help link of every page."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kpiweb.help import markdown
from kpiweb.help.guides import ROLES, all_guides, guide
from kpiweb.help.places import section_of
from kpiweb.help.search import find, fold
from tests.cast import Cast, make_ticket
from tests.screenshots import FOLDER, SHOTS, pictures

MOST_KILOBYTES = 1500


def rendered(source: str) -> str:
    return str(markdown.html(markdown.parse(source)))


def test_markup_in_a_guide_stays_text() -> None:
    assert rendered("a <script>x()</script> **b & c**") == (
        "<p>a &lt;script&gt;x()&lt;/script&gt; <strong>b &amp; c</strong></p>"
    )
    assert rendered("<div>\nx\n</div>") == "<p>&lt;div&gt;\nx\n&lt;/div&gt;</p>"


def test_lists_tables_and_code_come_out_as_such() -> None:
    assert rendered("- a\n- `b`") == "<ul><li>a</li><li><code>b</code></li></ul>"
    assert '<th scope="col">who</th>' in rendered("| who |\n|---|\n| Ada |")
    assert rendered("```\n<x>\n```") == "<pre><code>&lt;x&gt;\n</code></pre>"
    assert rendered("### Deep {#deep}") == '<h3 id="deep">Deep</h3>'


@pytest.mark.parametrize("address", ["ftp://example.org", "http://example.org", "relative/page"])
def test_a_link_leads_into_the_site_or_to_https(address: str) -> None:
    with pytest.raises(ValueError, match="is neither a page"):
        rendered(f"[x]({address})")
    assert rendered("[x](/help/agent/#queue)") == '<p><a href="/help/agent/#queue">x</a></p>'
    assert "href" not in rendered("[x](javascript:poison())")


def test_every_section_has_an_anchor_of_its_own() -> None:
    for one in all_guides():
        anchors = [section.anchor for section in one.sections]
        assert all(anchors)
        assert len(set(anchors)) == len(anchors)
        assert one.lede


@pytest.mark.parametrize("who", ["nobody", "submitter", "assignee", "manager", "admin", "gone"])
def test_everybody_reads_every_guide(client: Client, cast: Cast, who: str) -> None:
    if getattr(cast, who) is not None:
        client.force_login(getattr(cast, who))
    for role in ROLES:
        page = client.get(f"/help/{role}/").content.decode()
        assert f"<h1>{guide(role).title}</h1>" in page
        assert [f'id="{section.anchor}"' in page for section in guide(role).sections] == [True] * len(
            guide(role).sections
        )
    assert client.get("/help/nobody/").status_code == 404


def test_links_within_the_guides_lead_somewhere(client: Client, db: None) -> None:
    wrong = []
    for role in ROLES:
        text = client.get(f"/help/{role}/").content.decode()
        wrong += [link for link in re.findall(r'href="#([\w-]+)"', text) if f'id="{link}"' not in text]
    assert wrong == []


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("holiday", "Weekends and holidays"),
        ("HOLIDAYS weekends", "Weekends and holidays"),
        ("forgot passw", "Sign in, and your password"),
        ("pending tick", "Pending tickets"),
        ("second step", "The second step"),
        ("authenticator app", "The second step"),
        ("hólíday", "Weekends and holidays"),
    ],
)
def test_search_finds_sections_by_all_words_and_the_beginning_of_the_last(query: str, first: str) -> None:
    assert find(query)[0].section.title == first


@pytest.mark.parametrize("query", ["", "   ", "zebra", "holiday zebra", "\u202e", "x" * 500])
def test_search_for_what_is_not_there_finds_nothing(query: str) -> None:
    assert find(query) == []


def test_the_search_page_shows_where_and_what(client: Client, db: None) -> None:
    page = client.get("/help/", {"q": "holiday"}).content.decode()
    assert 'href="/help/agent/#off-days"' in page
    nothing = client.get("/help/", {"q": "<zebra>"}).content.decode()
    assert "No section holds all of these words." in nothing
    assert "&lt;zebra&gt;" in nothing
    assert client.get("/help/", {"q": "\x00"}).status_code == 200


def test_folding_puts_case_and_accents_aside() -> None:
    assert fold("Über ﬁne") == "uber fine"


def test_each_page_opens_its_section(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast, assignee=cast.assignee)
    client.force_login(cast.admin)
    expected = {
        "/intake": "/help/customer/#submit",
        f"/tickets/{ticket.reference}/": "/help/agent/#ticket",
        "/tickets/": "/help/agent/#queue",
        "/admin/accounts/country/": "/help/admin/#places",
        "/admin/": "/help/admin/#start",
        "/help/": "/help/",
        "/no/such/page": "/help/",
    }
    for path, address in expected.items():
        page = client.get(path).content.decode()
        assert re.search(rf'<a href="{re.escape(address)}"[^>]*>(<svg.*?</svg>)?Help</a>', page), path


def test_the_nearest_beginning_of_a_name_decides() -> None:
    assert section_of("admin:accounts_country_change") == "admin#places"
    assert section_of("admin:accounts_contact_add") == "admin#clients"
    assert section_of("no:such") == ""


def test_the_pictures_of_the_guides_exist_and_are_small() -> None:
    used = {name for one in all_guides() for section in one.sections for name in _shots(str(section.html))}
    assert used == {path.name for path in pictures()}
    assert used == {f"{shot.name}-{theme}.webp" for shot in SHOTS for theme in ("light", "dark")}
    assert sum(path.stat().st_size for path in pictures()) < MOST_KILOBYTES * 1024
    assert FOLDER.is_dir()


def _shots(html: str) -> list[str]:
    return re.findall(r"help/([\w-]+\.webp)", html)


def test_help_asks_the_database_nothing(client: Client, db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        client.get(reverse("help_guide", args=["agent"]))
        client.get(reverse("help"), {"q": "score"})
