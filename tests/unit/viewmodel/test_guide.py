import re
from html.parser import HTMLParser

import pytest

from rlm_desktop.settings.places import resources_dir
from rlm_desktop.viewmodel.guide import PAGES, KeyGroup, linked_page, read_guide
from rlm_desktop.viewmodel.guide_html import page_html, whole_html

KEYS = [KeyGroup(name="Question", rows=(("Ask", ("Ctrl+Enter",)), ("Costliest call", ("$", "<"))))]
GUIDE = resources_dir() / "guide"


class Tags(HTMLParser):
    """Gathers what a file would load and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names.add(tag)
        self.ids.update(value for name, value in attrs if name == "id" and value)
        self.links += [given["href"] or ""] if tag == "a" else []
        self.loads += [value or "" for name, value in attrs if name in ("src", "srcset", "data")]
        self.loads += [given.get("href") or ""] if tag == "link" else []


@pytest.fixture(scope="module")
def pages():
    return read_guide(GUIDE, KEYS)


def test_every_file_of_the_guide_is_a_page_and_every_page_has_a_title(pages):
    assert {file.stem for file in GUIDE.glob("*.md")} == set(PAGES)
    assert all(page.markdown.startswith(f"# {page.title}\n") for page in pages)
    assert len({page.title for page in pages}) == len(PAGES)


def test_every_link_of_the_guide_leads_to_a_page(pages):
    for page in pages:
        links = Tags(page_html(page)).links
        assert [link for link in links if linked_page(link) is None] == [], page.name


def test_only_names_of_pages_are_links_to_pages():
    assert linked_page("costs.md") == "costs"
    assert linked_page("costs") is None
    assert linked_page("other.md") is None
    assert linked_page("https://example.com/costs.md") is None


def test_the_map_of_keys_stands_in_its_page(pages):
    page = next(page for page in pages if page.name == "keys")

    assert "{{" not in page.markdown
    html = page_html(page)
    assert "<h2>Question</h2>" in html
    assert "<td><code>$</code> or <code>&lt;</code></td>\n<td>Costliest call</td>" in html


def test_the_one_file_loads_nothing_runs_nothing_and_its_links_stay_in_it(pages):
    html = whole_html(pages)
    tags = Tags(html)

    assert not tags.names & {"script", "img", "iframe", "link", "object", "video"}
    assert tags.loads == []
    assert set(PAGES) <= tags.ids
    assert len(tags.links) > len(PAGES)
    assert {link.removeprefix("#") for link in tags.links} <= tags.ids
    assert all(link.startswith("#") for link in tags.links)
    assert "default-src 'none'" in html
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"url\(|@import", html)


def test_html_in_a_page_is_shown_and_never_taken(tmp_path):
    for name in PAGES:
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n<script>alert(1)</script>\n")

    html = whole_html(read_guide(tmp_path, KEYS))

    assert "<script" not in html
    assert "&lt;script&gt;" in html
