"""Colours of code, found for the whole text at once."""

from rlm_desktop.viewmodel.code_colours import MOST_COLOURED, coloured_lines


def tint_at(text: str, line: int, word: str, language="python"):
    row = text.split("\n")[line]
    column = len(row[: row.index(word)].encode("utf-16-le")) // 2
    spans = coloured_lines(text, language)[line]
    return next((span.tint for span in spans if span.start <= column < span.start + span.length), None)


def test_calls_to_language_models_stand_out_from_other_code():
    code = "for t in parts:\n    out = llm_query(t + 'x')  # ask\n"

    assert tint_at(code, 0, "for") == "root"
    assert tint_at(code, 1, "llm_query") == "accent"
    assert tint_at(code, 1, "x'") == "answer"
    assert tint_at(code, 1, "# ask") == "muted"
    assert tint_at(code, 1, "out") is None


def test_a_string_over_several_lines_is_one_string():
    code = 'a = """for x in y:\n# not a comment\n"""\nb = 1'

    assert tint_at(code, 1, "# not") == "answer"
    assert tint_at(code, 3, "1") == "root"


def test_places_are_counted_as_qt_counts_them():
    assert tint_at("s = '🙂🙂'; print(s)", 0, "print") == "root"


def test_a_line_has_its_colours_however_the_text_begins_and_ends():
    assert len(coloured_lines("\n\nx = 1\n\n", "python")) == 5
    assert coloured_lines("", "python") == [[]]


def test_plain_and_very_long_texts_stay_in_one_colour():
    assert coloured_lines("for x in y", "plain") == [[]]
    assert coloured_lines("1\n" * MOST_COLOURED, "python") == [[]]
