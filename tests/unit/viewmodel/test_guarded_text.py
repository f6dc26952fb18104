"""Texts made safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.trace.controls import show_controls
from rlm_desktop.viewmodel.guarded_text import (
    LONGEST_LINE,
    SPLIT_MARK,
    excerpt,
    guard,
    parts_of,
    plain_tip,
)


def test_a_long_line_is_split_hard_with_a_mark():
    guarded = guard("a" * 4_500 + "\nshort")

    lines = guarded.text.split("\n")
    assert [len(line.removesuffix(SPLIT_MARK)) for line in lines] == [2_000, 2_000, 500, 5]
    assert guarded.split_lines == 1
    assert guarded.left_out == 0


def test_a_huge_text_is_cut_with_its_exact_count():
    guarded = guard("x\n" * 1_500_000)

    assert (guarded.shown, guarded.total, guarded.left_out) == (2_000_000, 3_000_000, 1_000_000)
    assert guard("x\n" * 1_500_000, 3_000_000).left_out == 0


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200), st.integers(1, 60))
def test_nothing_but_marks_is_added_and_nothing_lost(text, repeat):
    whole = text.replace(SPLIT_MARK, "") * repeat

    assert guard(whole).text.replace(f"{SPLIT_MARK}\n", "") == show_controls(whole)
    assert max(map(len, guard(whole).text.split("\n"))) <= LONGEST_LINE + 1


def test_lone_surrogates_do_not_reach_qt():
    guard("good \ud800 bad 🙂").text.encode("utf-8")


def test_an_excerpt_keeps_head_and_tail_and_counts_the_middle():
    text, left_out = excerpt("\n".join(map(str, range(100))), 40, 10)

    assert left_out == 50
    assert text.split("\n")[39:42] == ["39", "… 50 lines left out …", "90"]
    assert excerpt("a\nb\n") == ("a\nb", 0)


def test_what_a_terminal_would_obey_is_shown():
    text = guard("a\x1b[31mred\x1b]0;title\x07\r\nb\rc\x7f\x9b2J\tend").text

    assert text == "a␛[31mred␛]0;title␇\nb␍c␡⟨U+009B⟩2J\tend"


def test_signs_that_turn_text_around_are_shown_and_right_to_left_words_are_left_alone():
    assert show_controls("if a:\u202e # \u2066x\u2069") == "if a:⟨U+202E⟩ # ⟨U+2066⟩x⟨U+2069⟩"
    assert show_controls("رسوم الميناء\u200f، 👩\u200d🔬") == "رسوم الميناء\u200f، 👩\u200d🔬"


@pytest.mark.parametrize("text", ["a <img src='/x.png'> b", "&lt;b&gt; <i>x</i>", "<!doctype html><p>x", "<b>\nx"])
def test_a_tooltip_never_becomes_live_html(text):
    tip = plain_tip(text)

    assert tip.startswith("<p style=")
    assert tip.count("<") == 2


@given(st.text(max_size=300), st.integers(1, 40))
def test_the_parts_of_a_text_make_up_the_whole(text, most):
    parts = parts_of(text, most)

    assert "".join(text[start:end] for start, end in parts) == text
    assert all(end - start <= most for start, end in parts)


def test_parts_end_where_lines_end_if_that_is_near():
    assert parts_of("aaaa\nbbbb\ncccc", 12) == [(0, 10), (10, 14)]
    assert parts_of("a\n" + "b" * 18, 10) == [(0, 10), (10, 20)]
