from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.viewmodel.comparison import text_diff
from rlm_desktop.viewmodel.comparison.text_diff import MOST_CHARACTERS, MOST_LINES, TextDiff, alone, beside, diff_texts

texts = st.lists(st.sampled_from(["", "one two three", "one two four", "}", "something else", "  x = 1"]), max_size=15)


def lefts(diff: TextDiff) -> list[str]:
    return [line.left for line in diff.lines if line.left is not None]


def rights(diff: TextDiff) -> list[str]:
    return [line.right for line in diff.lines if line.right is not None]


@given(left=texts, right=texts)
def test_every_line_of_both_stands_there_once_and_in_order(left, right):
    ours, theirs = "\n".join(left).rstrip("\n"), "\n".join(right).rstrip("\n")

    diff = diff_texts(ours, theirs)

    assert "\n".join(lefts(diff)) == ours
    assert "\n".join(rights(diff)) == theirs
    assert not diff.note


@given(same=texts)
def test_a_text_and_itself_do_not_differ(same):
    assert diff_texts("\n".join(same), "\n".join(same)).is_same


def test_one_inserted_line_is_one_gap():
    diff = diff_texts("a\nb\nc\n", "a\nnew\nb\nc\n")

    assert [line.kind for line in diff.lines] == ["same", "right", "same", "same"]


def test_a_changed_line_tells_which_words_changed():
    line = diff_texts("hits = grep(dues)", "hits = grep(tolls)").lines[0]

    assert line.kind == "changed"
    assert [line.left[start:end] for start, end in line.left_spans] == ["dues"]
    assert [line.right[start:end] for start, end in line.right_spans] == ["tolls"]


def test_another_indentation_is_a_change_of_the_space_in_front():
    line = diff_texts("if x:\n  print(x, y)", "if x:\n    print(x, y)").lines[1]

    assert (line.left_spans, line.right_spans) == (((0, 2),), ((0, 4),))


def test_scripts_without_spaces_are_compared_sign_by_sign():
    line = diff_texts("港務局一九八一年提高港口稅", "港務局一九八四年提高港口稅").lines[0]

    assert [line.left[start:end] for start, end in line.left_spans] == ["一"]
    assert [line.right[start:end] for start, end in line.right_spans] == ["四"]


def test_lines_that_have_nothing_in_common_share_a_row_but_are_not_one_line_that_changed():
    line = diff_texts("a\nJSONDecodeError: no value\nb", "a\n{'Ardvik': 3}\nb").lines[1]

    assert line.kind == "apart"
    assert not line.left_spans


def test_texts_that_share_little_stand_beside_each_other():
    diff = beside("one\ntwo", "three")

    assert [(line.left, line.right) for line in diff.lines] == [("one", "three"), ("two", None)]


def test_a_text_alone_has_gaps_on_the_other_side():
    assert [(line.left, line.right) for line in alone("a\nb", is_left=False).lines] == [(None, "a"), (None, "b")]


def test_too_many_lines_are_said_and_those_that_begin_and_end_both_are_still_compared():
    ours = "\n".join(["head", *(f"left {n}" for n in range(MOST_LINES + 1)), "tail"])
    theirs = "\n".join(["head", *(f"right {n}" for n in range(7)), "tail"])

    diff = diff_texts(ours, theirs)

    assert f"{MOST_LINES + 1:,} lines on the left and 7 on the right are too many" in diff.note
    assert (diff.lines[0].kind, diff.lines[-1].kind) == ("same", "same")
    assert len(diff.lines) == text_diff.SHOWN_LINES + 2


def test_characters_beyond_the_limit_are_said_not_to_be_compared():
    diff = diff_texts("x" * (MOST_CHARACTERS + 5), "x")

    assert f"Only the first {MOST_CHARACTERS:,} characters are compared, of {MOST_CHARACTERS + 5:,}" in diff.note


def test_lines_that_difflib_alone_would_take_minutes_for_are_compared_in_a_moment():
    ours = [f"line {n % 105}" for n in range(MOST_LINES)]
    theirs = [f"line {n * 37 % 105}" for n in range(MOST_LINES)]

    assert lefts(diff_texts("\n".join(ours), "\n".join(theirs))) == ours


def test_what_would_steer_a_terminal_is_shown_as_a_sign():
    assert diff_texts("a\x1b[31m", "a").lines[0].left == "a␛[31m"


def test_a_word_too_many_for_comparing_words_marks_the_whole_line():
    many = " ".join(f"w{n}" for n in range(500))

    line = diff_texts(f"a {many}", f"b {many}").lines[0]
    assert line.left_spans == ((0, 1),)
