"""What is said of an answer, in every format alike."""

from dataclasses import replace

import pytest

from rlm_desktop.export.answer_sheet import sheet_of
from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.paper import is_letter, territory_here
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.export.redaction import redacted
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.wording import exact_money
from tests.support.answer_files import ALL, squeezed, words_of
from tests.support.kinds_of_runs import KINDS, answered, partial, running, unpriced


def facts_of(run):
    return {fact.name: fact for fact in sheet_of(run).facts}


@pytest.mark.parametrize("kind", ALL)
def test_the_sheet_holds_the_words_and_figures_of_the_run(kind):
    run = ALL[kind]()

    said = squeezed(plain(sheet_of(run)))

    assert [words for words in words_of(run) if squeezed(words) not in said] == []


def plain(sheet) -> str:
    """Give all words of a sheet as they are."""
    facts = [f"{fact.name} {fact.value} {fact.remark}" for fact in sheet.facts]
    quotes = [f"{quote.text} {quote.document} {quote.part}" for quote in sheet.quotes]
    notes = [f"{remark.place} {remark.marks} {remark.text}" for remark in sheet.remarks]
    return "\n".join(
        [sheet.title, sheet.question, sheet.warning, *sheet.tags, *facts, *quotes, *notes, *sheet.left_out]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_cost_is_that_of_the_tree_to_the_last_nano_dollar(kind):
    run = KINDS[kind]()
    totals = trace_of(run).root.totals

    cost = facts_of(run)["Cost"]

    assert exact_money(totals.cost_nano_usd) in cost.value or (totals.unpriced and not totals.cost_nano_usd)
    assert bool(totals.unpriced) == ("unknown" in cost.remark)


@pytest.mark.parametrize(
    ("nano", "words"),
    [(0, "$0.00"), (1, "$0.000000001"), (12_400_000_000, "$12.40"), (1_234_500_000_000, "$1,234.50"), (10**8, "$0.10")],
)
def test_money_is_written_exactly(nano, words):
    assert exact_money(nano) == words


def test_an_unknown_price_is_never_nothing():
    cost = facts_of(unpriced())["Cost"]

    assert cost.value == "unknown price"
    assert "the price of 2 calls is unknown" in cost.remark


def test_a_partial_answer_says_so_and_why():
    sheet = sheet_of(partial())

    assert sheet.warning == "Partial answer. $2.00 is spent, so no further call was sent."
    assert sheet.reached == ("$2.00 is spent, so no further call was sent.",)
    assert facts_of(partial())["Cost"].remark == "of $2.00"


def test_a_run_that_goes_on_says_so():
    assert sheet_of(running()).warning == "The run had not ended when this was written."


def test_files_that_could_not_be_read_are_named():
    remark = facts_of(KINDS["failed"]())["Documents"].remark

    assert remark.endswith("1 file could not be read: locked.pdf (It has a password.)")


def test_notes_say_on_what_they_are_and_lost_nodes_are_not_forgotten():
    run = answered()
    run = replace(run, notes={**run.notes, NodeId(999_999): NodeNote(node=NodeId(999_999), text="gone")})

    remarks = sheet_of(run).remarks

    assert [remark.text for remark in remarks] == ["Read | this", "A long\nnote", "gone"]
    assert remarks[0].place.startswith("run: Which harbours")
    assert remarks[0].marks == "pinned · 4 of 5 · # good · # to check"
    assert remarks[1].place == "turn 1 › call: Turn 1"
    assert remarks[2].place == "a part that is not recorded"


@pytest.mark.parametrize("kind", KINDS)
def test_a_redacted_run_has_a_sheet_too(kind):
    assert any("redacted" in sentence for sentence in sheet_of(redacted(KINDS[kind]())).left_out)


def test_a_record_without_a_beginning_is_refused_in_a_sentence():
    run = KINDS["direct"]()

    with pytest.raises(NotFit, match="holds no beginning of a run"):
        sheet_of(replace(run, given=run.given[1:]))


def test_a_time_that_no_calendar_has_is_said():
    run = answered()
    first = run.given[0]

    assert facts_of(replace(run, given=[Entry(1, 1e20, first.event), *run.given[1:]]))["Asked"].value == (
        "at a time that no calendar has"
    )


def test_letters_are_written_on_letter_paper_where_that_is_usual():
    assert is_letter("US")
    assert is_letter("ca")
    assert is_letter("United States")
    assert not is_letter("DE")
    assert not is_letter("")


@pytest.mark.parametrize(
    ("told", "territory"),
    [("C.UTF-8", ""), ("C", ""), ("de_DE.UTF-8", "DE"), ("English_United States.1252", "United States")],
)
def test_the_territory_is_what_the_locale_says(monkeypatch, told, territory):
    monkeypatch.setattr("locale.setlocale", lambda _category: told)

    assert territory_here() == territory
