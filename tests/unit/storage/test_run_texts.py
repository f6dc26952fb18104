"""Words are found in all texts of a run, whatever their language, and in no other run's."""

import pytest

from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.run_texts import find_texts
from rlm_desktop.trace.events import GateSpoke, TextKept
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.texts import reference_to

RUN, OTHER = RunId("one"), RunId("other")
LONG = "Die Gebühren stiegen. " * 2_000
TEXTS = ["A short text about DUES.", LONG, "רבע השעה", "broken \ud800 half", "x" * 600 + "Größe" + "x" * 600]


@pytest.fixture
def recorded(database):
    journal = Journal(database)
    for run, texts in ((RUN, TEXTS), (OTHER, ["Other dues."])):
        journal.begin(run)
        for text in texts:
            journal.record(run, TextKept(digest=reference_to(text).digest, text=text))
        journal.record(run, GateSpoke(parent=NodeId(1), gate="quotes", text=""))
    return database


def found(database, words: str) -> list[str]:
    digests = find_texts(database, RUN, words, lambda: False)
    return [text for text in TEXTS if reference_to(text).digest in digests]


@pytest.mark.parametrize(
    ("words", "holding"),
    [
        ("dues", TEXTS[:1]),
        ("gebühren stiegen", [LONG]),
        ("GEBÜHREN", [LONG]),
        ("רבע", TEXTS[2:3]),
        ("grösse", TEXTS[4:]),
        ("GRÖSSE", TEXTS[4:]),
        ("half", TEXTS[3:4]),
        ("other", []),
        ("dues\0", []),
    ],
)
def test_words_are_found_in_any_case_and_language(recorded, words, holding):
    assert found(recorded, words) == holding


def test_a_damaged_text_holds_nothing_and_hides_no_other(recorded):
    with recorded.writing() as connection:
        change = "UPDATE payloads SET body = x'00' WHERE digest = ?"
        connection.exec_driver_sql(change, (reference_to(LONG).digest,))

    assert found(recorded, "gebühren") == []
    assert found(recorded, "grösse") == TEXTS[4:]
    assert found(recorded, "dues") == TEXTS[:1]


def test_nobody_waits_for_a_search_that_is_over(recorded):
    assert find_texts(recorded, RUN, "dues", lambda: True) == set()
