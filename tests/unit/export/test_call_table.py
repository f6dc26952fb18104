"""The table of calls: every call once, exact sums, and no cell that a spreadsheet would run."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from rlm_desktop.export.call_table import CELL_CHARACTERS, COLUMNS, words
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.trace.events import CallFinished, CallStarted
from tests.support.exported import LEAVING, leaving, written
from tests.support.kinds_of_runs import KINDS


def lines_of(run) -> list[dict[str, str]]:
    text = written("csv", run).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", LEAVING)
def test_each_call_of_a_run_is_one_line_in_the_order_of_the_tree(name):
    run = leaving(name)
    calls = [node for node in trace_of(run).walk() if node.kind == "call"]

    lines = lines_of(run)

    assert [(line["id"], line["status"]) for line in lines] == [(str(call.id), call.status) for call in calls]
    assert [line["parent"] for line in lines] == [str(call.fact(CallStarted).parent) for call in calls]


@pytest.mark.parametrize("name", LEAVING)
def test_the_columns_add_up_to_the_sums_of_the_run(name):
    run = leaving(name)
    totals = trace_of(run).root.totals

    lines = lines_of(run)

    def summed(column: str) -> Decimal:
        return sum((Decimal(line[column]) for line in lines if line[column]), Decimal(0))

    assert summed("cost_usd") == Decimal(totals.cost_nano_usd).scaleb(-9)
    assert summed("input_tokens") == totals.input_tokens
    assert summed("cached_input_tokens") == totals.cached_input_tokens
    assert summed("cache_write_tokens") == totals.cache_write_tokens
    assert summed("output_tokens") == totals.output_tokens
    assert summed("reasoning_tokens") == totals.reasoning_tokens
    assert summed("retries") == totals.retries
    assert sum(line["cached"] == "yes" for line in lines) == totals.cached
    assert sum(bool(line["input_tokens"]) and not line["cost_usd"] for line in lines) == totals.unpriced


@pytest.mark.parametrize("name", LEAVING)
def test_every_line_of_the_file_has_every_column_and_ends_as_the_standard_says(name):
    data = written("csv", leaving(name))

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert tuple(rows[0]) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}


@pytest.mark.parametrize("name", LEAVING)
def test_what_was_left_out_stands_on_each_line(name):
    run = leaving(name)

    assert {line["left_out"] for line in lines_of(run)} == {" ".join(run.left_out)}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_plain(begin):
    cell = words(f"{begin}HYPERLINK(1)")

    assert cell.startswith(("'", "␍"))


def test_words_out_of_documents_can_be_no_formula_anywhere_in_the_table():
    run = KINDS["answered"]()
    evil = "=cmd|' /C calc'!A0"
    texts = dict.fromkeys(run.texts, evil)
    given = [
        replace(entry, event=replace(entry.event, label=evil, model=evil))
        if isinstance(entry.event, CallStarted)
        else replace(entry, event=replace(entry.event, error=evil))
        if isinstance(entry.event, CallFinished)
        else entry
        for entry in run.given
    ]
    notes = {node: replace(note, text=evil, labels=(evil,)) for node, note in run.notes.items()}

    lines = lines_of(replace(run, given=given, texts=texts, notes=notes, left_out=(evil,)))

    assert sum(evil in cell for line in lines for cell in line.values()) > 5 * len(lines)
    assert [cell for line in lines for cell in line.values() if cell.startswith("=")] == []


def test_hostile_words_are_shown_and_steer_nothing():
    line = lines_of(KINDS["unicode"]())[1]

    assert "港务长 📎🇸🇪 מה כתב" in line["label"]
    assert "⟨U+202E⟩evil" in line["label"]
    assert "␀␛[31m" in line["label"]
    assert "\ufffd <script>" in line["label"]


@pytest.mark.parametrize("character", ["x", "港", "📎", "\x00", "\u2028"])
def test_a_text_longer_than_a_cell_is_cut_with_the_count_of_what_it_lacks(character):
    cell = words(character * 50_000)

    kept, _, mark = cell.rpartition("\n")
    shown = len(words(character))
    assert len(cell.encode("utf-16-le")) // 2 <= CELL_CHARACTERS
    assert mark == f"… {50_000 - len(kept) // shown:,} characters left out"
    assert len(kept.encode("utf-16-le")) // 2 > CELL_CHARACTERS - 200


def test_a_text_that_just_fits_into_a_cell_is_whole():
    assert words("x" * CELL_CHARACTERS) == "x" * CELL_CHARACTERS


def test_a_long_conversation_loads_no_more_texts_than_a_cell_holds():
    run = KINDS["answered"]()
    long = {digest: text.ljust(CELL_CHARACTERS + 1, "x") for digest, text in run.texts.items()}
    loaded: list[str] = []

    class Counting:
        def __getattr__(self, name):
            return getattr(run, name)

        def text(self, digest):
            loaded.append(digest)
            return long[digest]

    lines = lines_of(Counting())

    root = next(line for line in lines if line["role"] == "root")
    assert "[user]" not in root["prompt"]
    assert root["prompt"].startswith("[system]\n")
    assert len(loaded) <= 2 * len(lines)


def test_a_call_of_unknown_price_has_no_price_and_one_that_was_free_has_none_to_pay():
    lines = lines_of(KINDS["unpriced"]())

    assert {line["cost_usd"] for line in lines if line["cached"] == "no"} == {""}
    assert {line["cost_usd"] for line in lines if line["cached"] == "yes"} == {"0"}


def test_of_a_call_that_is_still_out_nothing_is_claimed():
    line = next(line for line in lines_of(KINDS["cancelled"]()) if line["label"] == "item 2")

    assert (line["status"], line["cost_usd"], line["input_tokens"], line["cached"]) == ("cancelled", "", "", "")


def test_each_line_says_where_its_call_was_made():
    by_label = {line["label"]: line for line in lines_of(KINDS["deep"]())}

    leaf = by_label["plain 0"]
    assert (leaf["depth"], leaf["turn"], leaf["step"], leaf["position"]) == ("1", "1", "1", "1")
    assert leaf["run"] != leaf["recording"]


def test_a_partial_run_says_so_with_its_reason_on_each_line():
    lines = lines_of(KINDS["partial"]())

    assert {(line["run_status"], line["run_reason"]) for line in lines} == {
        ("partial", "$2.00 is spent, so no further call was sent.")
    }


def test_what_the_reader_wrote_stands_beside_its_call():
    line = next(line for line in lines_of(KINDS["answered"]()) if line["id"] == "3")

    assert line["note"] == "A long\nnote"
