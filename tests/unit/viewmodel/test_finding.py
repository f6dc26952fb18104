import pytest

from rlm_desktop.viewmodel.finding import fit, found, holds_words

NAMES = ["Next turn", "Costliest call", "Open files…", "Copy the row", "Next error", "What left this computer"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cost", "Costliest call"),
        ("err", "Next error"),
        ("next", "Next turn"),
        ("nt", "Next turn"),
        ("turn next", "Next turn"),
        ("CALL", "Costliest call"),
        ("comp", "What left this computer"),
        ("opf", "Open files…"),
    ],
)
def test_a_few_letters_find_a_name(typed, first):
    assert found(typed, NAMES, str)[0] == first


def test_what_does_not_fit_is_not_found():
    assert found("zebra", NAMES, str) == []
    assert fit("q", "Next turn") is None


def test_with_nothing_typed_all_stay_in_their_order():
    assert found("  ", NAMES, str) == NAMES


def test_equal_fits_keep_their_order():
    assert found("next", NAMES, str) == ["Next turn", "Next error"]


def test_each_part_must_be_there_as_it_is():
    assert holds_words("row copy", "Copy the row")
    assert not holds_words("cpy", "Copy the row")
