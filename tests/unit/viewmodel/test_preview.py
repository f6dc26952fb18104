from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from rlm_desktop.service.messages import DocumentText, PartMark
from rlm_desktop.viewmodel.document_rows import DocumentRow
from rlm_desktop.viewmodel.guarded_text import LONGEST_LINE, SPLIT_MARK, guarded_lines
from rlm_desktop.viewmodel.preview import PART, Place, Preview, Stretch

TEXT = "".join(f"line {number} of the report\n" for number in range(40_000))


class Reader:
    """Answers like an engine that has one document."""

    def __init__(self, text: str = TEXT, page_starts: tuple[int, ...] | None = None) -> None:
        self.owner = QObject()
        self.preview = Preview(self.owner)
        self.asked: list[Stretch] = []
        self.hits: list[tuple[int, int]] = []
        self._text, self._page_starts = text, page_starts
        self.is_silent = False
        self.told: list[str] = []
        self.preview.looked.connect(self.told.append)
        self.preview.wanted.connect(self._on_wanted)
        self.preview.hit.connect(lambda start, end: self.hits.append((start, end)))

    def _on_wanted(self, wanted: Stretch) -> None:
        self.asked.append(wanted)
        if self.is_silent:
            return
        text = self._text[wanted.start : wanted.start + wanted.characters]
        told = DocumentText(
            request=1,
            text=text,
            start=wanted.start,
            characters_in_all=len(self._text),
            first_line=self._text.count("\n", 0, wanted.start) + 1,
            page_starts=self._page_starts,
        )
        self.preview.take(told)

    def open(self) -> Preview:
        row = DocumentRow(path="/r/a.pdf", name="a.pdf", full_name="r/a.pdf", kind="pdf", pages=3, tokens=12_000)
        self.preview.open(row)
        return self.preview

    @property
    def found(self) -> str:
        start, end = self.hits[-1]
        return self.preview.lines.text[start:end]


@pytest.fixture
def reader(qapp):
    return Reader()


def test_a_huge_document_is_shown_in_parts_with_its_lines_counted_on(reader):
    preview = reader.open()
    assert (preview.part, preview.parts) == (1, -(-len(TEXT) // PART))

    preview.go_to_part(2)

    assert reader.asked[-1] == Stretch(path="/r/a.pdf", name="r/a.pdf", start=PART)
    assert preview.lines.numbers[1] == TEXT.count("\n", 0, PART) + 2
    assert preview.facts == "pdf · 3 pages · 988,890 characters · ≈ 12.0k tok"


def test_words_are_found_here_and_then_in_the_other_parts_around_the_end(reader):
    preview = reader.open()

    preview.find("LINE 39999 of", 0)
    assert (preview.part, reader.found) == (preview.parts, "line 39999 of")

    preview.find("line 7 of", reader.hits[-1][1])
    assert (preview.part, reader.found) == (1, "line 7 of")
    preview.find("line 39998 of", 0, is_back=True)
    assert (preview.part, reader.found) == (preview.parts, "line 39998 of")


def test_words_that_are_nowhere_are_looked_for_once_in_each_part(reader):
    preview = reader.open()
    reader.asked.clear()

    preview.find("nowhere", 0)

    assert (reader.hits, reader.told[-1]) == ([], "not found")
    assert len(reader.asked) == preview.parts
    assert preview.part == 1


def test_while_words_are_typed_only_the_shown_part_is_looked_through(reader):
    preview = reader.open()
    reader.asked.clear()

    preview.find_near("line 39999 of", 0)
    assert (reader.asked, reader.told) == ([], ["not in this part; Enter looks further"])

    preview.find_near("line 39 of", 0)
    assert (reader.found, reader.told[-1]) == ("line 39 of", "")


def test_a_search_that_goes_on_ends_when_other_words_are_typed(reader):
    preview = reader.open()
    answer, reader.is_silent = reader.asked[-1], True
    preview.find("line 39999 of", 0)

    preview.find_near("line 3", 0)
    reader.is_silent = False
    reader._on_wanted(replace(answer, start=PART))

    assert preview.part == 1


def test_in_a_short_document_finding_goes_around(qapp):
    reader = Reader("one two\none\n")
    preview = reader.open()

    preview.find("one", 0)
    preview.find("one", 3)
    preview.find("one", 11)

    assert reader.hits == [(0, 3), (8, 11), (0, 3)]


def test_a_page_is_gone_to_even_in_another_part(qapp):
    starts = tuple(range(0, len(TEXT), 50_000))
    reader = Reader(page_starts=starts)
    preview = reader.open()
    assert preview.places[:2] == [Place(0, "p. 1"), Place(preview.lines.shown_line(50_000), "p. 2")]

    preview.go_to_page(6)

    assert preview.part == 2
    line = preview.lines.text.count("\n", 0, reader.hits[-1][0])
    assert preview.page_at(line + 1) == 6


def test_sheets_and_slides_are_named_where_they_begin(reader):
    reader.open()
    marks = (PartMark(start=5, label="sheet Dues"),)

    reader.preview.take(DocumentText(request=1, text="one\ntwo\n", start=0, characters_in_all=8, marks=marks))

    assert reader.preview.places == [Place(1, "sheet Dues")]


def test_what_cannot_be_shown_says_why(reader):
    reader.open()

    reader.preview.take(DocumentText(request=1, text="", start=0, problem="It has not been read yet."))

    assert reader.preview.problem == "It has not been read yet."
    assert reader.preview.places == []


def test_long_lines_are_split_and_every_shown_line_knows_its_place():
    text = "short\n" + "x" * (2 * LONGEST_LINE + 5) + "\r\n\x1b[31mred\n"

    lines = guarded_lines(text, 10)

    assert lines.numbers == (10, 11, 0, 0, 12, 13)
    assert lines.text.count(SPLIT_MARK) == 2
    assert "␛[31mred" in lines.text
    assert lines.offset_of(4) == text.index("\x1b")
    assert lines.shown_line(text.index("\x1b")) == 4
    assert lines.text[lines.start_of(4) :].startswith("␛")
