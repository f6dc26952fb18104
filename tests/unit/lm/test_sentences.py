"""Cutting texts into sentences."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.lm.sentences import LONGEST, sentence_spans, sentences_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Weber paid $3.50, i.e. little. Good.", ["Dr. Weber paid $3.50, i.e. little.", "Good."]),
        ("Version 11.2 is out. It is new.", ["Version 11.2 is out.", "It is new."]),
        ("Es kostet z.B. 3,50 Euro. Das ist viel.", ["Es kostet z.B. 3,50 Euro.", "Das ist viel."]),
        ("« Bon. » Il part. Fin.", ["« Bon. »", "Il part.", "Fin."]),
        ("东京是首都。人口约1400万。大阪在西部！", ["东京是首都。", "人口约1400万。", "大阪在西部！"]),
        ("# Heading\n\nA line. Another.", ["Heading", "A line.", "Another."]),
        ("Steps\n- first of all\n- then that", ["Steps", "first of all", "then that"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_a_text_is_cut_where_its_sentences_end(text, sentences):
    assert sentences_of(text) == sentences


def test_a_line_that_was_only_wrapped_does_not_end_a_sentence():
    text = "This line was wrapped by an editor that likes to break long lines in\nthe middle. End."

    assert sentences_of(text) == [text[:-5], "End."]


def test_each_record_of_a_log_stands_alone_though_it_has_no_full_stop():
    records = [
        f"2026-03-14 0{hour}:12:11 host{hour} app[77{hour}]: the coolant valve was jammed by operator {name}"
        for hour, name in enumerate(("Lindqvist", "Sørensen", "Weber"), 1)
    ]

    assert sentences_of("\n".join(records)) == records


@given(st.text(alphabet="ab .!?\n。-Dr,", max_size=300))
def test_nothing_but_white_space_and_list_marks_is_left_out_and_order_is_kept(text):
    spans = sentence_spans(text)

    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.replace("-", "").split()) == "".join(text.replace("-", "").split())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_sentence_without_end_is_cut_at_a_pause():
    text = "word, " * 400

    assert all(len(sentence) <= LONGEST for sentence in sentences_of(text))
    assert all(sentence.startswith("word") for sentence in sentences_of(text))
