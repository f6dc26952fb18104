import pytest

from rlm_desktop.trace import wording


@pytest.mark.parametrize(
    ("nano", "text"),
    [
        (None, "unknown price"),
        (0, "$0"),
        (99_999, "< $0.0001"),
        (14_200_000, "$0.0142"),
        (999_900_000, "$0.9999"),
        (12_400_000_000, "$12.40"),
        (1_234_500_000_000, "$1,234.50"),
    ],
)
def test_money_is_written_with_the_digits_that_matter(nano, text):
    assert wording.money(nano) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (983, "983"), (12_400, "12.4k"), (999_999, "1.0M"), (983_000, "983k"), (9_800_000, "9.8M")],
)
def test_counts_are_written_short(count, text):
    assert wording.short_number(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.04, "40 ms"),
        (3.21, "3.2 s"),
        (59.96, "1 m 00 s"),
        (245, "4 m 05 s"),
        (7_380, "2 h 03 m"),
    ],
)
def test_durations_are_written_in_the_unit_that_fits(seconds, text):
    assert wording.seconds(seconds) == text


def test_a_sum_with_unknown_parts_is_at_least_what_is_known():
    assert wording.spent(14_200_000, 0) == "$0.0142"
    assert wording.spent(14_200_000, 2) == "≥ $0.0142"
    assert wording.spent(0, 2) == "unknown price"


def test_one_line_is_the_first_that_says_something_and_is_marked_where_cut():
    assert wording.one_line("\n\n  a   b \n c") == "a b"
    assert wording.one_line("x" * 300) == "x" * 199 + "…"


def test_plurals_agree_with_their_count():
    assert wording.plural(1, "call") == "1 call"
    assert wording.plural(1204, "call") == "1,204 calls"
    assert wording.plural(2, "reply", "replies") == "2 replies"


def test_sizes_are_written_in_decimal_units():
    assert [wording.size(n) for n in (812, 1_200, 1_234_567, 2_000_000_000)] == ["812 B", "1.2 kB", "1.2 MB", "2.0 GB"]
