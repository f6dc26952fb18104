"""JSON that is written while it is made says what JSON that is made at once says."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.export.json_writing import Items, Members, write_json

TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


def written(value, change=None) -> str:
    file = io.BytesIO()
    write_json(value, file, change)
    return file.getvalue().decode("ascii")


def made_later(value):
    """Give a value whose objects and lists are made while they are written."""
    if isinstance(value, dict):
        return Members((name, made_later(one)) for name, one in value.items())
    return Items(map(made_later, value)) if isinstance(value, list) else value


@given(VALUES)
def test_what_is_made_later_is_written_as_what_is_there(value):
    assert json.loads(written(made_later(value))) == value
    assert json.loads(written(value)) == value


def test_a_long_text_is_written_in_pieces_that_are_whole():
    text = "é😀\ud800\n" * 600_000

    assert json.loads(written(text)) == json.loads(json.dumps(text))


def test_each_text_is_altered_wherever_it_stands():
    value = {"a": "é", "b": ["plain", {"c": ("é", 1)}]}

    assert json.loads(written(value, lambda text: text.replace("é", "e"))) == {
        "a": "e",
        "b": ["plain", {"c": ["e", 1]}],
    }


@pytest.mark.parametrize("value", [{"a": Items([])}, [Members([])], float("nan"), object()])
def test_what_cannot_be_written_is_an_error(value):
    with pytest.raises((TypeError, ValueError)):
        written(value)
