"""The page of a trace in a real browser: what it shows, finds and never does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from rlm_desktop.export.recorded import trace_of
from rlm_desktop.export.redaction import redacted
from rlm_desktop.export.trace_html import write
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.texts import digest_of
from tests.support.browser import Browser, browser
from tests.support.kinds_of_runs import KINDS, GivenRun, answered
from tests.support.run_writer import RunWriter, Sub, Turn
from tests.support.sample_runs import wide_run

SELECTED = "document.querySelector('[aria-selected=true]')"
FOUND = "document.getElementById('found').textContent"
CARDS = "document.getElementById('cards').textContent"


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Iterator[Browser]:
    """The browser, its window of a usual size."""
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        opened.send("Emulation.setDeviceMetricsOverride", width=1440, height=900, deviceScaleFactor=1, mobile=False)
        yield opened


@pytest.fixture(autouse=True)
def _nothing_went_wrong(page) -> Iterator[None]:
    """Errors, refused content and requests beside the page's own file fail the test."""
    page.events.clear()
    yield
    wrong = [page.told(kind) for kind in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")]
    asked = [told["request"]["url"] for told in page.told("Network.requestWillBeSent")]
    assert wrong == [[], [], []]
    assert [url for url in asked if not url.endswith(".html")] == []


def opened(page, tmp_path, run, place="", name="trace.html"):
    path = tmp_path / name
    with path.open("wb") as file:
        write(run, file)
    page.open(path.as_uri() + place)
    assert page.value("document.documentElement.dataset.ready") == "yes"
    return path


def shown_rows(page):
    return int(page.value("document.getElementById('tree').getAttribute('aria-rowcount')"))


def selected(page):
    """Give the id of the selected row, once its detail is there."""
    return int(page.value("location.hash.slice(1)"))


def wait_for_title(page, words):
    page.until(f"{SELECTED}?.querySelector('.title')?.textContent === {json.dumps(words)}")


def look_for(page, words):
    page.press("/")
    page.until("document.activeElement.id === 'search'")
    page.value("document.getElementById('search').select()")
    page.type(words)
    page.press("Enter", "\r")
    return page.until(f"/row|Nothing/.test({FOUND}) && {FOUND}")


@pytest.mark.parametrize("kind", [*KINDS, "answered, redacted", "unicode, redacted"])
def test_it_shows_every_row_of_every_kind_of_run(page, tmp_path, kind):
    name, _, is_redacted = kind.partition(", ")
    run = redacted(KINDS[name]()) if is_redacted else KINDS[name]()
    trace = trace_of(run)

    opened(page, tmp_path, run)
    page.click("#open-all")
    page.until(f"document.getElementById('tree').getAttribute('aria-rowcount') === '{len(trace.nodes)}'")

    wait_for_title(page, "Run")
    page.until("document.querySelectorAll('#cards .card').length > 2")
    errors = len(trace.errors())
    assert page.value("document.getElementById('error-after').textContent").startswith(f"✕ {errors} error")


def test_words_of_the_run_are_never_run_and_nothing_is_fetched(page, tmp_path):
    with Listening() as (address, asked):
        evil = (
            f"</script></style></title></textarea>--><script>window.owned = 1</script><img src={address}/x onerror="
            f"'window.owned = 2'><svg/onload=window.owned=3><link rel=stylesheet href={address}/y><base href={address}>"
            f"<iframe srcdoc='<script>top.owned = 4</script>'></iframe>[x](javascript:window.owned=5) ]]> {{{{7*7}}}}"
        )
        writer = RunWriter()
        subs = [Sub(label=evil, reply=evil), Sub(label=evil, error=evil)]
        run, end = writer.run(0.0, evil, [Turn(intent=evil, code=evil, output=evil, subs=subs)])
        writer._answer(end, run, evil)
        note = NodeNote(node=run, text=evil, labels=(evil,))
        made = GivenRun(
            given=writer.entries(), texts=writer.texts, name=evil, tags=(evil,), notes={run: note}, left_out=(evil,)
        )

        opened(page, tmp_path, made)
        page.click("#open-all")
        for node in trace_of(made).nodes:
            page.value(f"location.hash = '{node}'")
            page.until(f"{SELECTED}?.dataset.row && {CARDS}.length > 0 && location.hash === '#{node}'")

        assert page.value("window.owned ?? 'not'") == "not"
        assert page.value("document.querySelectorAll('img, svg, iframe, link, base, a, object').length") == 0
        assert page.value("[...document.scripts].filter((one) => !one.type).length") == 1
        assert page.value("document.getElementById('title').textContent") == evil
        assert asked == []


def test_even_a_script_that_got_in_would_not_run_nor_reach_anything(page, tmp_path):
    with Listening() as (address, asked):
        opened(page, tmp_path, KINDS["direct"]())
        page.value(
            f"""new Promise((done) => {{
              addEventListener('securitypolicyviolation', () => done(1), {{ once: true }});
              const picture = document.createElement('img');
              picture.src = '{address}/x';
              document.body.append(picture);
            }})"""
        )
        refused = page.value("(() => { try { document.body.innerHTML = '<b>x</b>'; } catch (e) { return e.name; } })()")

        assert refused == "TypeError"
        assert asked == []
    assert [told["entry"]["source"] for told in page.told("Log.entryAdded")]
    page.events.clear()


class Listening:
    """A server on loopback that notes what it is asked for."""

    def __enter__(self):
        asked = self.asked = []

        class Noting(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}", asked

    def __exit__(self, *_how):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_search_finds_a_word_deep_in_a_prompt_and_opens_the_way_to_it(page, tmp_path):
    run = answered()
    calls = [
        entry.event for entry in run.given if isinstance(entry.event, CallStarted) and entry.event.role == "worker"
    ]
    call = next(call for call in calls if call.label == "annual-1977.pdf")
    long = "word " * 300_000 + "Quicksilber und Zinn " + "word " * 300_000
    message = replace(call.prompt[0], text=replace(call.prompt[0].text, digest=digest_of(long), characters=len(long)))
    given = [
        replace(entry, event=replace(call, prompt=(message,))) if entry.event is call else entry for entry in run.given
    ]
    opened(page, tmp_path, replace(run, given=given, texts={**run.texts, digest_of(long): long}))
    assert not page.value(f"[...document.querySelectorAll('.title')].some((one) => one.textContent === '{call.label}')")

    said = look_for(page, "QUICKSILBER UND zinn")

    assert said == "1 of 1 row"
    assert selected(page) == call.call
    wait_for_title(page, call.label)
    page.until(f"{CARDS}.includes('Quicksilber und Zinn')")
    assert page.until("CSS.highlights.get('hit')?.size") == 1
    page.press("Escape")
    page.until(f"{FOUND} === ''")
    assert page.value("CSS.highlights.has('hit')") is False


def test_search_counts_rows_and_goes_through_them(page, tmp_path):
    run = answered()
    opened(page, tmp_path, run)
    failed = [
        entry.event.call
        for entry in run.given
        if isinstance(entry.event, CallFinished) and entry.event.error == "context too long"
    ]

    assert look_for(page, "context too long") == "1 of 1 row"
    assert selected(page) == failed[0]
    assert look_for(page, "nowhere to be found") == "Nothing found"
    assert look_for(page, "Lindholm") == "2 of 2 rows"
    page.value("document.getElementById('tree').focus()")
    page.press("n")
    assert page.value(FOUND) == "1 of 2 rows"
    page.press("N")
    assert page.value(FOUND) == "2 of 2 rows"


def test_a_text_that_goes_over_the_edge_of_a_block_is_found(page, tmp_path):
    run = KINDS["direct"]()
    given = next(entry.event for entry in run.given if isinstance(entry.event, AnswerGiven))
    long = "x" * 999_995 + "über den Rand" + "y" * 1_000_000
    opened(page, tmp_path, replace(run, texts={**run.texts, given.answer.digest: long}))

    look_for(page, "ÜBER DEN RAND")

    assert "1 of" in page.value(FOUND)
    page.until(f"{CARDS}.includes('über den Rand')")


def test_every_error_is_visited_in_order(page, tmp_path):
    run = answered()
    errors = list(trace_of(run).errors())
    opened(page, tmp_path, run)

    visited = []
    for _ in [*errors, errors[0]]:
        page.press("e")
        visited.append(selected(page))
    page.press("E")

    assert visited == [*errors, errors[0]]
    assert selected(page) == errors[-1]


def test_the_keyboard_goes_everywhere(page, tmp_path):
    run = answered()
    trace = trace_of(run)
    turns = [node.id for node in trace.walk() if node.kind == "turn" and node.depth == 0]
    opened(page, tmp_path, run)

    page.press("End")
    assert selected(page) == list(trace.walk())[-1].id
    page.press("Home")
    assert selected(page) == trace.root.id
    page.press("j")
    assert selected(page) == turns[0]
    page.press(".")
    assert selected(page) == turns[1]
    page.press(",")
    closed = shown_rows(page)
    page.press("ArrowRight")
    page.until(f"document.getElementById('tree').getAttribute('aria-rowcount') > {closed}")
    page.press("ArrowRight")
    assert selected(page) == trace.nodes[turns[0]].children[0]
    page.press("ArrowLeft")
    assert selected(page) == turns[0]
    page.press("ArrowLeft")
    assert shown_rows(page) == closed
    page.press("ArrowDown")
    assert selected(page) == turns[1]
    page.press("ArrowUp")
    page.press("PageDown")
    page.press("PageUp")
    assert selected(page) == turns[0]
    page.until("document.querySelectorAll('[role=tab]').length > 3")
    page.press("3")
    assert page.until("document.querySelector('[role=tab][aria-selected=true]').textContent") == "Code"
    assert page.value(f"document.getElementById('tree').getAttribute('aria-activedescendant') === {SELECTED}.id")


def test_a_link_leads_to_a_node_and_the_address_follows_the_selection(page, tmp_path):
    run = answered()
    call = next(
        entry.event for entry in run.given if isinstance(entry.event, CallStarted) and entry.event.label == "Nasby"
    )

    path = opened(page, tmp_path, run, place=f"#{call.call}")

    wait_for_title(page, "Nasby")
    page.until(f"{CARDS}.includes('the connection dropped before the reply was whole')")
    page.value("location.hash = '1'")
    page.until(f"{SELECTED}?.querySelector('.title').textContent === 'Run'")
    page.press("ArrowDown")
    assert page.value("location.href") == f"{path.as_uri()}#2"


def test_a_node_that_is_not_there_leads_to_the_run(page, tmp_path):
    opened(page, tmp_path, answered(), place="#<img src=x>")

    wait_for_title(page, "Run")


def test_a_click_opens_selects_and_leads_on(page, tmp_path):
    opened(page, tmp_path, answered(), place="#132")

    page.until(f"{CARDS}.includes('llm_query_batched')")
    page.until("Boolean(document.querySelector('#cards .calls .link'))")
    page.value("document.querySelector('#cards .calls .link').click()")
    wait_for_title(page, "Ardvik")
    before = shown_rows(page)
    page.click("#row-1 .opener")
    page.until(f"document.getElementById('tree').getAttribute('aria-rowcount') > {before}")
    wait_for_title(page, "Look at the corpus and its folders")
    page.value("document.querySelector('#crumbs .link').click()")
    wait_for_title(page, "Run")


def test_only_rows_in_sight_are_in_the_document(page, tmp_path):
    entries, texts = wide_run(3_000)
    run = GivenRun(given=entries, texts=texts)
    opened(page, tmp_path, run)

    page.click("#open-all")
    page.until(f"document.getElementById('tree').getAttribute('aria-rowcount') === '{len(trace_of(run).nodes)}'")
    page.value("document.getElementById('tree').focus()")
    page.press("End")
    page.until(f"{SELECTED}?.querySelector('.title')?.textContent")

    assert page.value("document.querySelectorAll('.row').length") < 60
    assert page.value("document.querySelectorAll('*').length") < 2_000


def test_a_long_text_is_shown_page_by_page_to_its_end(page, tmp_path):
    run = KINDS["direct"]()
    given = next(entry.event for entry in run.given if isinstance(entry.event, AnswerGiven))
    long = "".join(f"Zeile {number} – häfen\n" for number in range(30_000))
    opened(page, tmp_path, replace(run, texts={**run.texts, given.answer.digest: long}))

    page.until(f"{CARDS}.includes('Zeile 39 ')")
    assert not page.value(f"{CARDS}.includes('Zeile 40 ')")
    while page.value("Boolean(document.querySelector('#cards .texts .more'))"):
        length = page.value(f"{CARDS}.length")
        page.value("[...document.querySelectorAll('#cards .texts .more')].at(-1).click()")
        page.until(f"{CARDS}.length > {length + 1_000}")

    cards = "[...document.querySelectorAll('#cards .card')]"
    said = page.value(f"{cards}.map((one) => [...one.querySelectorAll('pre')].map((pre) => pre.textContent).join(''))")
    assert long in said


def test_words_from_right_to_left_turn_no_others_round(page, tmp_path):
    opened(page, tmp_path, KINDS["unicode"]())
    page.click("#open-all")
    page.until("document.querySelectorAll('.row .title').length > 6")

    titles = page.value("[...document.querySelectorAll('.row .title')].map((one) => [one.tagName, one.textContent])")

    assert {tag for tag, _ in titles} == {"BDI"}
    assert not any(sign in said for _, said in titles for sign in "\u202e\u202c\x00\x1b")
    assert any("⟨U+202E⟩" in said for _, said in titles)


def test_a_page_without_scripts_says_what_it_needs(page, tmp_path):
    path = tmp_path / "trace.html"
    with path.open("wb") as file:
        write(answered(), file)
    page.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.send("Page.navigate", url=path.as_uri())
        page.until("document.readyState === 'complete' && location.protocol === 'file:'")

        assert "Allow scripts here" in page.value("document.body.innerText")
    finally:
        page.send("Emulation.setScriptExecutionDisabled", value=False)


def test_a_damaged_page_says_so(page, tmp_path):
    path = tmp_path / "damaged.html"
    with path.open("wb") as file:
        write(answered(), file)
    said = path.read_text("utf-8")
    path.write_text(said.replace('id="ids">', 'id="ids">AAAA'), "utf-8")

    page.open(path.as_uri())

    assert page.value("document.documentElement.dataset.ready") == "failed"
    assert "cannot be shown" in page.value("document.getElementById('title').textContent")


def test_figures_of_the_run_line_are_those_of_the_trace(page, tmp_path):
    run = answered()
    totals = trace_of(run).root.totals

    opened(page, tmp_path, run)

    said = json.loads(
        page.value("JSON.stringify([...document.querySelectorAll('#sums span')].map((one) => one.textContent))")
    )
    assert said == ["8 turns", totals.cost_in_words, "814k tok", "2 m 05 s", f"{totals.calls} calls"]
