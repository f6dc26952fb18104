"""The answer as a web page: whole, inert, and read by a browser."""

import re
import threading
from functools import partial as bound
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from selectolax.lexbor import LexborHTMLParser

from rlm_desktop.export.answer_html import write
from rlm_desktop.export.redaction import redacted
from tests.support.answer_files import ALL, squeezed, words_of
from tests.support.foreign_programs import needed, said_by
from tests.support.kinds_of_runs import KINDS
from tests.support.rich_answer import RICH_QUOTES, rich, with_answer

_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)
_NAMES = {
    *("a", "article", "bdi", "blockquote", "body", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("head", "header", "hr", "html", "li", "main", "meta", "ol", "p", "pre", "rect", "s", "section", "span", "strong"),
    *("style", "sub", "sup", "svg", "table", "tbody", "td", "th", "thead", "title", "tr", "ul"),
}
_HOSTILE = """\
<script>document.title = 'taken'</script><img src="{0}/picture.png" onerror="document.title = 'taken'">
![chart]({0}/chart.png) <link rel="stylesheet" href="{0}/style.css"> <iframe src="{0}/frame"></iframe>
[x](javascript:document.title='taken') <style>@import '{0}/import.css'</style> <svg onload="document.title='taken'">
<base href="{0}/"><meta http-equiv="refresh" content="0;url={0}/refresh"> </main></body></style></title>
"""


def page_of(run) -> str:
    file = BytesIO()
    write(run, file)
    return file.getvalue().decode()


def parsed(run) -> LexborHTMLParser:
    return LexborHTMLParser(page_of(run))


@pytest.mark.parametrize("kind", ALL)
def test_a_reader_of_html_finds_all_that_is_said(kind):
    run = ALL[kind]()

    said = squeezed(parsed(run).body.text())

    assert [words for words in words_of(run) if squeezed(words) not in said] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_redacted_run_can_be_written(kind):
    assert "redacted" in page_of(redacted(KINDS[kind]()))


@pytest.mark.parametrize("kind", ALL)
def test_nothing_in_the_page_does_anything(kind):
    page = parsed(ALL[kind]())

    assert {node.tag for node in page.root.traverse()} <= _NAMES
    attributes = [(name, value) for node in page.root.traverse() for name, value in node.attributes.items()]
    assert [one for one in attributes if one[0].startswith("on") or one[0] in ("src", "style", "srcdoc")] == []
    links = [value for name, value in attributes if name == "href"]
    assert [link for link in links if not re.match(r"https?://|mailto:|#quote-\d+$", link)] == []
    assert {node.attributes["rel"] for node in page.css('a[href^="http"]')} <= {"noopener noreferrer"}


def test_each_mark_leads_to_its_quote():
    page = parsed(rich())

    marks = page.css(".mark a")

    assert [mark.text() for mark in marks] == ["1", "2", "3", "4"]
    for mark, quote in zip(marks, RICH_QUOTES, strict=True):
        assert squeezed(quote.text) in squeezed(page.css_first(mark.attributes["href"]).text())
    assert [mark.attributes.get("class") for mark in marks] == [None, None, "lost", None]


def test_headings_of_the_answer_stand_below_those_of_the_page():
    page = parsed(with_answer("# one\n\n###### six"))

    assert [node.tag for node in page.css("#answer h1, #answer h2, #answer h3, #answer h6")] == ["h3", "h6"]
    assert len(page.css("h1")) == 1


@pytest.mark.parametrize("answer", ["</pre><script>x</script>\n" * 20_000, "> " * 60 + "<b>deep"])
def test_what_is_too_long_or_too_tangled_is_shown_as_it_was_written(answer):
    page = parsed(with_answer(answer, RICH_QUOTES))

    assert squeezed(page.css_first("#answer pre").text()) == squeezed(answer)
    assert len(page.css("#quote-4")) == 1


@pytest.mark.parametrize("kind", ["rich", "unicode"])
def test_a_browser_shows_it_without_asking_anybody_anything(kind, tmp_path):
    with _Site(tmp_path) as site:
        words = _HOSTILE.format(site.address)
        run = with_answer(words) if kind == "rich" else with_answer(words, name=words, tags=(words,), left_out=(words,))
        (tmp_path / "answer.html").write_text(page_of(run))

        shown = LexborHTMLParser(_shown_by_browser(f"{site.address}/answer.html", tmp_path))

        assert set(site.asked) - {"/favicon.ico"} == {"/answer.html"}
    assert shown.css_first("title").text().startswith("Harbour dues" if kind == "rich" else "<script>document")
    assert shown.css("script, iframe, img, link, base") == []
    assert squeezed("<script>document.title = 'taken'</script>") in squeezed(shown.css_first("#answer").text())


def test_a_browser_takes_the_style_but_none_from_elsewhere(tmp_path):
    # What the browser computes is written into the page by a script, which takes another policy than the page's own.
    page = page_of(rich())
    probe = "<script>document.title = getComputedStyle(document.querySelector('main')).maxWidth</script>"
    path = tmp_path / "answer.html"

    path.write_text(page.replace("</body>", f"{probe}</body>"))
    assert LexborHTMLParser(_shown_by_browser(path.as_uri(), tmp_path)).css_first("title").text() == "Harbour dues"

    loose = page.replace("style-src", "script-src 'unsafe-inline'; style-src")
    path.write_text(loose.replace("</body>", f"{probe}</body>"))
    assert LexborHTMLParser(_shown_by_browser(path.as_uri(), tmp_path)).css_first("title").text() == "820px"


def _shown_by_browser(address: str, folder) -> str:
    browser = needed("chromium", "chromium")
    return said_by(browser, *_QUIET, f"--user-data-dir={folder / 'profile'}", "--dump-dom", address)


class _Site:
    """Serves a folder on loopback and keeps what was asked for."""

    def __init__(self, folder) -> None:
        self.asked: list[str] = []
        handler = bound(_Keeping, asked=self.asked, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_raised) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Keeping(SimpleHTTPRequestHandler):
    def __init__(self, *given, asked: list[str], **more) -> None:
        self._asked = asked
        super().__init__(*given, **more)

    def do_GET(self) -> None:
        self._asked.append(self.path)
        super().do_GET()

    def log_message(self, *_given) -> None:
        """Say nothing."""
