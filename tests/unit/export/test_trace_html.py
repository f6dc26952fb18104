"""The page of a trace holds all of it, once, and nothing in it can be anything but data."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise

import pytest

from rlm_desktop.export.errors import Cancelled
from rlm_desktop.export.recorded import LOST, trace_of
from rlm_desktop.export.redaction import SAID, redacted
from rlm_desktop.export.trace_figures import exact_money
from rlm_desktop.export.trace_html import write
from rlm_desktop.export.trace_html_blocks import TEXT_CHARACTERS
from rlm_desktop.export.trace_html_rows import ROWS_AT_ONCE
from rlm_desktop.settings.places import resources_dir
from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.nodes import KINDS as NODE_KINDS
from rlm_desktop.trace.references import texts_of
from rlm_desktop.ui.theme import COLOURS
from tests.support.kinds_of_runs import HARD_WORDS, KINDS, GivenRun, answered
from tests.support.sample_runs import wide_run
from tests.support.trace_page import PageRead

ALL = [*KINDS, *(f"{kind}, redacted" for kind in KINDS)]


def made(kind):
    name, _, is_redacted = kind.partition(", ")
    return redacted(KINDS[name]()) if is_redacted else KINDS[name]()


def writable(text):
    return text.encode("utf-8", "backslashreplace").decode()


class Elements(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("kind", ALL)
def test_every_node_has_its_row_in_the_order_of_the_tree(kind):
    run = made(kind)
    nodes = list(trace_of(run).walk())
    levels = {None: -1}
    for node in nodes:
        levels[node.id] = levels[node.parent] + 1

    page = PageRead(run)

    assert page.index["rows"] == len(nodes)
    assert list(page.numbers("ids", "d")) == [node.id for node in nodes]
    assert list(page.numbers("levels", "H")) == [levels[node.id] for node in nodes]
    assert [page.index["kinds"][kind] for kind in page.numbers("kinds", "B")] == [node.kind for node in nodes]
    assert len(page.values("words")) == len(page.values("cards")) == len(nodes)


@pytest.mark.parametrize("kind", ALL)
def test_every_node_has_its_sums_to_the_last_nano_dollar_and_token(kind):
    run = made(kind)

    page = PageRead(run)

    for row, node in enumerate(trace_of(run).walk()):
        if node.kind not in ("run", "turn", "call", "batch"):
            continue
        figures, totals = page.figures(row), node.totals
        exact = exact_money(totals.cost_nano_usd)
        assert figures["Tokens in"][0] == f"{totals.input_tokens:,}"
        assert figures["Tokens in"][1].startswith(f"{totals.cached_input_tokens:,} cached")
        assert figures["Tokens out"] == (f"{totals.output_tokens:,}", f"{totals.reasoning_tokens:,} reasoning")
        if node.kind == "call" and totals.unpriced:
            assert figures["Cost"] == ("unknown price", "its price is not known")
        else:
            assert figures["Cost"][0] == totals.cost_in_words
            assert figures["Cost"][1].startswith(f"at least {exact}" if totals.unpriced else exact)
        if node.kind != "call" and totals.calls:
            assert figures["Calls"][0] == f"{totals.calls:,}"


@pytest.mark.parametrize("kind", ALL)
def test_every_text_is_there_once_and_whole(kind):
    run = made(kind)
    wanted = {digest for entry in run.entries() for digest in texts_of(entry.event)}

    texts = PageRead(run).texts()

    assert sorted(texts) == sorted(writable(run.text(digest)) for digest in wanted)


@pytest.mark.parametrize("kind", ALL)
def test_each_row_leads_to_the_texts_of_its_own_events(kind):
    run = made(kind)
    page = PageRead(run)
    texts, held = page.texts(), iter(page.numbers("row-texts", "I"))
    by_row = [[texts[next(held)] for _ in range(count)] for count in page.numbers("text-counts", "I")]

    for node, cards, new in zip(trace_of(run).walk(), page.values("cards"), by_row, strict=True):
        earlier = [texts[number] for card in cards for _, number, _ in card.get("earlier", ())]
        wanted = [writable(run.text(digest)) for entry in node.entries for digest in texts_of(entry.event)]
        assert sorted(earlier + new) == sorted(wanted)
    assert next(held, None) is None


@pytest.mark.parametrize("kind", ALL)
def test_errors_are_marked_and_the_way_to_each_is_open_unless_it_leads_through_very_many_calls(kind):
    run = made(kind)
    trace = trace_of(run)

    page = PageRead(run)

    marks = dict(zip(page.numbers("ids", "d"), page.numbers("marks", "B"), strict=True))
    assert [node for node in marks if marks[node] & 1] == list(trace.errors())
    for failed in trace.errors():
        assert all(marks[above.id] & 2 for above in trace.lineage(trace.nodes[failed].parent))


def test_a_failed_call_among_very_many_opens_no_row_of_thousands():
    entries, texts = wide_run(400)
    failed = next(entry for entry in reversed(entries) if entry.event.kind == "call_finished")
    entries[entries.index(failed)] = replace(failed, event=replace(failed.event, status="failed", error="No."))

    page = PageRead(GivenRun(given=entries, texts=texts))

    opened = [
        NODE_KINDS[kind]
        for kind, mark in zip(page.numbers("kinds", "B"), page.numbers("marks", "B"), strict=True)
        if mark & 2
    ]
    assert sum(mark & 1 for mark in page.numbers("marks", "B")) == 1
    assert set(opened) == {"run", "turn", "step"}


@pytest.mark.parametrize("kind", ALL)
def test_only_the_pages_own_script_and_style_may_run(kind):
    page = PageRead(made(kind))

    elements = Elements(page.page).found
    scripts = [found for tag, found in elements if tag == "script"]
    policy = next(found["content"] for tag, found in elements if found.get("http-equiv") == "Content-Security-Policy")
    script = re.search(r"<script>(.*?)</script>", page.markup, re.DOTALL)[1]
    style = re.search(r"<style>(.*?)</style>", page.markup, re.DOTALL)[1]

    assert [found for found in scripts if found.get("type") != "application/octet-stream;base64"] == [{}]
    assert policy.startswith(f"default-src 'none'; script-src '{hashed(script)}'; style-src '{hashed(style)}';")
    assert not {tag for tag, _ in elements} & {"img", "iframe", "link", "object", "embed", "base", "a"}
    assert not [
        name for _, found in elements for name in found if name.startswith("on") or name in ("src", "href", "style")
    ]


def hashed(content):
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


def test_outside_the_blocks_a_run_says_nothing_but_its_escaped_title():
    page = PageRead(KINDS["unicode"]())

    plain = PageRead(KINDS["direct"]())

    assert re.sub("<title>.*?</title>", "", page.markup, flags=re.DOTALL) == re.sub(
        "<title>.*?</title>", "", plain.markup
    )
    assert "&lt;script&gt;alert(&#x27;1&#x27;)" in page.markup


def test_no_script_writes_markup_or_asks_for_anything():
    for path in (resources_dir() / "trace_page").glob("*.js"):
        said = path.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|fetch\(|XMLHttp|import\(", said
        ), path


def test_the_page_has_the_colours_of_the_window():
    light, dark = (
        (resources_dir() / "trace_page" / "page.css").read_text("utf-8").split("@media (prefers-color-scheme: dark)")
    )
    for scheme, rules in (("light", light), ("dark", dark)):
        said = dict(re.findall(r"--(\w+): (#[0-9A-F]{6})", rules))
        assert said == COLOURS[scheme]


def test_words_that_steer_are_shown_and_texts_stay_as_they_are():
    page = PageRead(KINDS["unicode"]())

    assert page.index["title"] == show_controls(HARD_WORDS).replace("\ud800", "\\ud800")
    assert writable(HARD_WORDS) in page.texts()


def test_why_an_answer_is_partial_and_what_was_left_out_stand_at_the_top():
    partial, left_out = PageRead(KINDS["partial"]()), PageRead(redacted(KINDS["partial"]()))

    assert partial.index["warnings"] == ["Partial answer. $2.00 is spent, so no further call was sent."]
    assert partial.index["standing"] == ["Partial answer", "warn"]
    assert left_out.index["warnings"][0] == SAID
    assert PageRead(KINDS["running"]()).index["warnings"] == ["The record ends while the run was going on."]


def test_an_unknown_price_is_never_nothing():
    page = PageRead(KINDS["unpriced"]())

    assert page.index["sums"][1] == "unknown price"
    assert {words[4] for words in page.values("words") if words[1] in ("a", "b")} == {"unknown", "$0"}


def test_names_tags_and_notes_are_there():
    page = PageRead(answered())

    said = json.dumps(page.values("cards"))
    assert page.index["title"] == "Harbour dues"
    assert page.index["tags"] == ["harbour", "1980s"]
    assert "Read | this" in said
    assert "4 of 5" in said
    assert "good, to check" in said
    assert ["# ★4 ✎ ⚲", "reader’s note", "accent"] in page.values("words")[0][8]


def test_events_of_tomorrow_and_lost_texts_are_shown():
    page = PageRead(KINDS["from_tomorrow"]())

    assert '"sky"' in json.dumps(
        [json.loads(c["words"]) for cards in page.values("cards") for c in cards if c["title"] == "Unknown event"]
    )
    assert LOST in page.texts()


def test_a_run_of_which_nothing_was_recorded_is_a_page_that_says_so():
    page = PageRead(GivenRun(given=[], texts={}))

    assert page.index["rows"] == 0
    assert page.index["warnings"] == ["Nothing of this run was recorded."]


def test_entries_that_belong_nowhere_are_counted():
    run = answered()
    stray = next(entry for entry in run.given if entry.event.kind == "call_finished")
    damaged = [stray, *run.given, replace(stray, seq=9_999, event=replace(stray.event, call=77_777))]

    page = PageRead(replace(run, given=damaged))

    said = [card["words"] for card in page.values("cards")[0] if card["title"] == "Damaged record"]
    assert said == ["2 entries of the record are damaged: they tell of nothing that is in it."]


def test_a_large_run_is_written_block_by_block_in_full():
    entries, texts = wide_run(2 * ROWS_AT_ONCE)
    long = "häfen 港 " * TEXT_CHARACTERS
    texts[next(iter(texts))] = long

    page = PageRead(GivenRun(given=entries, texts=texts))

    starts = page.index["textBlocks"]
    assert len(page.values("words")) == page.index["rows"] == len(trace_of(GivenRun(given=entries, texts=texts)).nodes)
    assert long in page.texts()
    assert max(after - before for before, after in pairwise(starts)) < 6 * TEXT_CHARACTERS
    assert all(page.blocks[f"texts-{number}"].decode() for number in range(len(starts)))


class Piecewise:
    """A file that can only be written, and knows its largest piece."""

    def __init__(self):
        self.largest = 0

    def write(self, piece):
        self.largest = max(self.largest, len(piece))


def test_a_text_of_many_megabytes_is_never_written_in_one_piece():
    run = KINDS["direct"]()
    long = "".join(f"line {number}\n" for number in range(2_000_000))
    digests = list(run.texts)
    file = Piecewise()

    write(replace(run, texts={**run.texts, digests[-1]: long}), file)

    assert file.largest < TEXT_CHARACTERS


def test_a_cancelled_export_says_so():
    class Stopped(GivenRun):
        def text(self, digest):
            raise Cancelled

    run = KINDS["direct"]()
    with pytest.raises(Cancelled):
        write(Stopped(given=run.given, texts=run.texts), BytesIO())


def test_a_prompt_tells_apart_what_is_new_and_what_the_call_before_was_sent():
    page = PageRead(answered())

    calls = [
        cards for cards, words in zip(page.values("cards"), page.values("words"), strict=True) if words[0] == "root"
    ]
    assert [[card["title"] for card in cards if card["tab"] == "Prompt"] for cards in calls[:2]] == [
        ["Prompt, system", "Prompt, user"],
        ["Earlier messages", "Prompt, user"],
    ]
