"""The form in which texts are searched, and the place of a match."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.storage.search_words import folded, match_of, snippet_in


def finds(text: str, wanted: str) -> bool:
    expression = match_of(wanted)
    if expression is None:
        return False
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='')")
        connection.execute("INSERT INTO words (rowid, text) VALUES (1, ?)", (folded(text),))
        return bool(connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,)).fetchall())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The Harbour Board", "harb"),
        ("the harbour board", "HARBOUR BO"),
        ("Die Straße", "STRASSE"),
        ("un café noir", "cafe"),
        ("un cafe\u0301 noir", "café"),
        ("out = llm_query_batched(prompts)", "llm_query_b"),
        ("it cost 1,204 crowns", "1,204"),
        ("港务局审计委员会的报告", "审计委员会"),
        ("東京タワーへ", "タワー"),
        ("path/to/file.py", "to/file.py"),
        ("lone \udc80 half", "half"),
        ("a nul \x00 inside", "inside"),
    ],
)
def test_words_are_found_in_any_case_by_their_beginning(text, wanted):
    assert finds(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("The harbour", "arbour"), ("one two", "two one"), ("港务局", "务港"), ("x", "***"), ("x", ""), ("a b", "a")],
)
def test_other_words_are_not_found(text, wanted):
    assert not finds(text, wanted)


@pytest.mark.parametrize(
    "hostile", ['"', '""', "*", "NEAR(", "a AND", "x:y", "NOT", "(", "^a", "a\x00b", "\udc80", "-", "'"]
)
def test_what_would_be_an_operator_is_only_a_word(hostile):
    finds("some text", hostile)
    finds("some text", f"{hostile} some {hostile}")

    assert snippet_in("some text", hostile)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_nothing_that_can_be_typed_raises(wanted):
    finds("some text " + wanted, wanted)
    snippet_in("some text " + wanted, wanted)


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=20))
def test_a_text_is_found_by_itself(text):
    if match_of(text) is not None and len(folded(text).split()) == len(text.split()):
        assert finds(f"before {text} after", text.strip())


def test_a_snippet_shows_the_match_on_one_line_with_what_is_around_it():
    text = "x " * 100 + "The Board\nraised   the dues on\ttonnage." + " y" * 100

    snippet = snippet_in(text, "RAISED the DU")

    assert snippet.match == "raised the du"
    assert snippet.before.startswith("…")
    assert snippet.before.endswith("The Board ")
    assert snippet.after.startswith("es on tonnage. y")
    assert snippet.after.endswith("…")


@pytest.mark.parametrize(
    ("text", "wanted", "match"), [("un café noir", "CAFE", "café"), ("审计委员会", "委员", "委员")]
)
def test_a_snippet_finds_accents_and_unspaced_words(text, wanted, match):
    assert snippet_in(text, wanted).match == match


def test_a_match_that_is_not_seen_shows_the_beginning():
    snippet = snippet_in("Die Straße ist lang", "strasse")

    assert (snippet.match, str(snippet)) == ("", "Die Straße ist lang")
