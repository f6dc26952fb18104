"""Which rows of a table written as text stand where."""

from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.documents import Mark
from rlm_desktop.corpus.readers.draft import Converted

_LEAST_ROWS = 100
_MOST_MARKS = 20_000
_BYTES_A_ROW = 40


def read_table(data: bytes) -> Converted:
    """Give a CSV or TSV file as it stands, with a mark for each range of rows."""
    text = decode(data)
    rows = RowMarks(len(data))
    rows.feed(text)
    return Converted(text=text, marks=rows.done())


class RowMarks:
    """Counts the rows of a text that comes in pieces which end at line ends; a quoted cell may hold line ends."""

    def __init__(self, size_bytes: int, *, may_quote: bool = True) -> None:
        self._may_quote = may_quote
        self._rows_a_mark = _LEAST_ROWS
        while size_bytes > self._rows_a_mark * _BYTES_A_ROW * _MOST_MARKS:
            self._rows_a_mark *= 10
        self._marks: list[Mark] = []
        self._rows = 0
        self._first_row, self._start, self._row_start = 1, 0, 0
        self._position = 0
        self._is_quoted = False

    def feed(self, text: str) -> None:
        """Count on."""
        has_quotes = self._may_quote and (self._is_quoted or '"' in text)
        position = 0
        while (end := text.find("\n", position)) >= 0:
            if has_quotes and text.count('"', position, end) % 2:
                self._is_quoted = not self._is_quoted
            if not self._is_quoted:
                self._end_row(self._position + end + 1)
            position = end + 1
        if has_quotes and text.count('"', position) % 2:
            self._is_quoted = not self._is_quoted
        self._position += len(text)

    def done(self) -> tuple[Mark, ...]:
        """Give the marks."""
        if self._position > self._start:
            has_open_row = self._rows < self._first_row or self._position > self._row_start
            self._mark(self._rows + has_open_row)
        return tuple(self._marks)

    def _end_row(self, end: int) -> None:
        self._rows += 1
        self._row_start = end
        if self._rows % self._rows_a_mark == 0:
            self._mark(self._rows)
            self._first_row, self._start = self._rows + 1, end

    def _mark(self, last: int) -> None:
        label = f"rows {self._first_row}-{last}" if last > self._first_row else f"row {self._first_row}"
        self._marks.append(Mark(start=self._start, label=label, kind="sheet"))
