"""Cutting a text changes no number of tokens, and no text explodes."""

import inspect
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.corpus.counting.pieces import PIECE_CHARACTERS, pieces
from rlm_desktop.corpus.counting.vocabularies import load_vocabulary

ROOT = Path(__file__).parents[4]
TEXTS = {
    "prose": (ROOT / "README.md").read_text("utf-8"),
    "code": inspect.getsource(os),
    "indented": inspect.getsource(inspect).replace("\n", "\n        "),
    "one line": (ROOT / "README.md").read_text("utf-8").replace("\n", " "),
    "letters": "港湾局はその十年間に二度、使用料を引き上げました。\n" * 900,
}


@given(st.text(max_size=200), st.integers(2, 50))
def test_pieces_are_the_text_and_none_is_too_long(text, most):
    cut = list(pieces(text, most))

    assert "".join(cut) == text
    assert all(len(piece) <= most for piece in cut)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("vocabulary", ["o200k_base", "cl100k_base"])
def test_no_token_goes_across_a_cut(kind, vocabulary):
    count = load_vocabulary(vocabulary)
    text = TEXTS[kind]

    assert sum(map(count, pieces(text, 3_000))) == count(text)


@pytest.mark.parametrize("unit", ["a", " ", "\n", "港", "=", "a1"])
def test_a_text_without_seams_is_counted_all_the_same(unit):
    count = load_vocabulary("o200k_base")
    text = unit * (20 * PIECE_CHARACTERS)

    assert sum(map(count, pieces(text))) > 0
