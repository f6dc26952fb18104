"""The trace as Markdown holds all of it, and nothing that it says breaks out of where it stands."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rlm_desktop.export.errors import Cancelled
from rlm_desktop.export.recorded import LOST, trace_of
from rlm_desktop.export.redaction import SAID, redacted
from rlm_desktop.export.trace_figures import exact_money
from rlm_desktop.export.trace_markdown import fenced, inline, longest_ticks
from rlm_desktop.export.trace_md import write
from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.events import CallStarted
from rlm_desktop.trace.facts import CodeError
from rlm_desktop.trace.places import node_place
from rlm_desktop.trace.references import texts_of
from tests.support.kinds_of_runs import HARD_WORDS, KINDS, GivenRun, answered
from tests.support.run_writer import RunWriter, Turn

ALL = [*KINDS, *(f"{kind}, redacted" for kind in KINDS)]
READER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
FENCES = "`````\n```\n~~~\n``````repl\n# not a heading\n<script>alert(1)</script>\n```"


def made(kind):
    name, _, is_redacted = kind.partition(", ")
    return redacted(KINDS[name]()) if is_redacted else KINDS[name]()


def exported(run):
    file = BytesIO()
    write(run, file)
    return file.getvalue().decode()


def shown(text):
    return show_controls(text).encode("utf-8", "backslashreplace").decode()


def flat(tokens):
    for token in tokens:
        yield token
        yield from flat(token.children or ())


def plain(token):
    return "".join(child.content for child in token.children)


@pytest.mark.parametrize("kind", ALL)
def test_every_node_has_its_heading_in_the_order_of_the_tree(kind):
    run = made(kind)
    trace = trace_of(run)

    tokens = READER.parse(exported(run))

    headings = [plain(tokens[at + 1]) for at, token in enumerate(tokens) if token.type == "heading_open"]
    places = [node_place(trace, node) if node.parent is not None else "run" for node in trace.walk()]
    assert len(headings) == len(places) + 1
    assert [heading.startswith(place) for heading, place in zip(headings[1:], places, strict=True)] == [True] * len(
        places
    )


@pytest.mark.parametrize("kind", ALL)
def test_every_text_stands_whole_in_a_fence(kind):
    run = made(kind)
    wanted = {digest for entry in run.entries() for digest in texts_of(entry.event)}

    fences = {token.content for token in READER.parse(exported(run)) if token.type == "fence"}

    for digest in wanted:
        text = shown(run.text(digest))
        assert (text if text.endswith("\n") else f"{text}\n") in fences


@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_a_link_a_picture_or_markup(kind):
    found = {token.type for token in flat(READER.parse(exported(made(kind))))}

    assert not found & {"html_block", "html_inline", "link_open", "image", "em_open", "code_block", "s_open"} - {
        "em_open"
    }
    assert "fence" in found


@pytest.mark.parametrize("kind", ALL)
def test_the_sums_of_the_run_are_exact(kind):
    run = made(kind)
    totals = trace_of(run).root.totals

    text = exported(run)

    cost = exact_money(totals.cost_nano_usd).replace("$", "\\$")
    assert f"| Tokens in | {totals.input_tokens:,} | {totals.cached_input_tokens:,} cached" in text
    assert f"| Tokens out | {totals.output_tokens:,} | {totals.reasoning_tokens:,} reasoning |" in text
    assert f"| at least {cost}; " in text if totals.unpriced else f"| {cost} |" in text


def test_each_call_says_what_it_cost_and_used():
    run = answered()
    trace = trace_of(run)

    text = exported(run)

    calls = [node for node in trace.walk() if node.kind == "call"]
    lines = [line for line in text.splitlines() if line.startswith("Model ")]
    assert len(lines) == len(calls)
    for line, call in zip(lines, calls, strict=True):
        assert f"Tokens in {call.totals.input_tokens:,} ({call.totals.cached_input_tokens:,} cached)" in line
        assert exact_money(call.totals.cost_nano_usd).replace("$", "\\$") in line


def test_an_unknown_price_is_never_nothing():
    text = exported(KINDS["unpriced"]())

    assert "Cost unknown price (its price is not known)" in text
    assert "of unknown price" in text


def test_a_conversation_is_told_once():
    run = answered()
    system = next(event.prompt[0] for event in (entry.event for entry in run.given) if isinstance(event, CallStarted))

    text = exported(run)

    assert text.count(run.text(system.text.digest)) == 2  # once in the run, once in its child run
    assert text.count("**Earlier messages**") == 8


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("partial", "**Partial answer** (\\$2.00 is spent, so no further call was sent."),
        ("partial", "raise: The limit is $2.00 now."),
        ("partial", "**Limits, changed**"),
        ("failed", "| locked.pdf | It has a password. |"),
        ("failed", "**✕ KeyError** ('dues', line 2)"),
        ("cancelled", "No reply was recorded."),
        ("running", "its record ends here"),
        ("answered", "429 rate limited"),
        ("answered", "| not in the corpus | ✕ not found |"),
        ("answered", "| Never read | 57.0% |"),
        ("answered", "**Notice** (repair, warning)"),
        ("answered", "**Gate** (quotes)"),
        ("answered", "| score | 4 of 5 |"),
        ("answered", "| reports/annual-1951.pdf | openai/gpt-5-mini | OpenAI | 812 |"),
        ("answered", "| ASK | changed | str | 1,310 characters | 'From…' |"),
        ("answered", "# Harbour dues\n\nTags: harbour, 1980s"),
        ("direct", "64 written to the cache"),
        ("from_tomorrow", '"sky"'),
        ("from_tomorrow", LOST),
    ],
)
def test_what_happened_is_told(kind, said):
    assert said in exported(KINDS[kind]())


def test_what_was_left_out_is_said_at_the_top():
    head = exported(redacted(answered())).split("## run")[0]

    assert SAID in head


def test_fences_in_texts_break_no_fence():
    writer = RunWriter()
    error = CodeError(type="E", message=FENCES, line=1, traceback=FENCES)
    turn = Turn(intent=FENCES, code=FENCES, output=FENCES, error=error)
    run, end = writer.run(0.0, FENCES, [turn])
    writer._answer(end, run, FENCES)
    made = GivenRun(given=writer.entries(), texts=writer.texts)

    tokens = READER.parse(exported(made))

    assert [token.content for token in tokens if token.type == "fence"].count(FENCES + "\n") >= 4
    assert sum(token.type == "heading_open" for token in tokens) == len(trace_of(made).nodes) + 1


TEXTS = st.text(st.sampled_from("`~ \n\r#>-|\\ab<&\u2028\ud800"), max_size=40)


@settings(max_examples=300)
@given(st.lists(TEXTS, max_size=4))
def test_any_texts_stay_in_their_fence(pieces):
    written = "".join(fenced(pieces, "text", longest_ticks(pieces)))

    tokens = READER.parse(f"before\n\n{written}after\n")

    text = "".join(shown(piece) for piece in pieces)
    assert [token.type for token in tokens] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
        "fence",
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]
    assert tokens[3].content in (text, f"{text}\n")


@settings(max_examples=300)
@given(st.text(max_size=40) | st.text(st.sampled_from("`*_[]()<>!&#|~\\: /w.htp$@\ud800"), max_size=20))
def test_any_words_are_read_as_themselves(words):
    tokens = READER.parse(f"x {inline(words)} x")

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert plain(tokens[1]) == f"x {shown(' '.join(words.split()))} x"


def test_a_table_holds_any_words():
    run = KINDS["unicode"]()

    tokens = READER.parse(exported(run))

    cells = [plain(tokens[at + 1]) for at, token in enumerate(tokens) if token.type == "td_open"]
    assert shown(" ".join(HARD_WORDS.split())) in cells


def test_a_run_of_which_nothing_was_recorded_says_so():
    assert "Nothing of this run was recorded." in exported(GivenRun(given=[], texts={}))


class Piecewise:
    """A file that can only be written, and knows its largest piece."""

    def __init__(self):
        self.largest = self.size = 0

    def write(self, piece):
        self.largest = max(self.largest, len(piece))
        self.size += len(piece)


def test_a_text_of_many_megabytes_is_written_in_pieces():
    run = KINDS["direct"]()
    long = "".join(f"line {number} `\r\n" for number in range(500_000))
    file = Piecewise()

    write(replace(run, texts={**run.texts, list(run.texts)[-1]: long}), file)

    assert file.size > len(shown(long))
    assert file.largest < 2_000_000


def test_a_cancelled_export_says_so():
    class Stopped(GivenRun):
        def text(self, digest):
            raise Cancelled

    run = KINDS["direct"]()
    with pytest.raises(Cancelled):
        write(Stopped(given=run.given, texts=run.texts), BytesIO())
