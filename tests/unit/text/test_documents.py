"""The tables of documents."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.text.documents import DocumentRow, DocumentTable
from rlm_desktop.text.documents_writer import DocumentTableWriter
from rlm_desktop.text.errors import BlobBroken

WORDS = st.text(st.characters(exclude_characters="\0"), max_size=12)


def write(folder: Path, rows: list[DocumentRow]) -> DocumentTable:
    with DocumentTableWriter(folder) as writer:
        for row in rows:
            writer.add(row)
        writer.finish()
    return DocumentTable.open(folder)


def row(number: int, *, length: int = 10) -> DocumentRow:
    return DocumentRow(
        f"file {number}.txt", f"/a/file {number}.txt", "text", number * 12, number * 12 + length, 10, 3, "ab"
    )


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.builds(
            DocumentRow,
            name=WORDS,
            path=WORDS,
            kind=WORDS,
            start=st.integers(0, 2**40),
            end=st.integers(0, 2**40),
            source_bytes=st.integers(0, 2**40),
            tokens=st.integers(0, 2**40),
            digest=WORDS,
            page_starts=st.none() | st.lists(st.integers(0, 2**40), max_size=4).map(tuple),
            marks=st.lists(st.tuples(st.integers(0, 2**40), WORDS, WORDS), max_size=4).map(tuple),
            losses=st.lists(WORDS, max_size=3).map(tuple),
        ),
        max_size=12,
    )
)
def test_what_was_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[DocumentRow]) -> None:
    table = write(tmp_path_factory.mktemp("table"), rows)

    assert list(table) == rows
    assert list(table.names()) == [row.name for row in rows]
    for row in rows:
        assert table.index_of(row.name) == [each.name for each in rows].index(row.name)
    table.close()


def test_rows_are_found_by_number_name_and_place(tmp_path: Path) -> None:
    table = write(tmp_path, [row(number) for number in range(100)])

    assert len(table) == 100
    assert table[-1] == row(99)
    assert table[98:] == [row(98), row(99)]
    assert (table.start(7), table.end(7), table.name(7)) == (84, 94, "file 7.txt")
    assert table.index_of("file 63.txt") == 63
    assert table.index_of("file 100.txt") is None
    assert [table.index_at(place) for place in (0, 11, 12, 95, 96, 10_000)] == [0, 0, 1, 7, 8, 99]


def test_there_is_nothing_beyond_the_last_document(tmp_path: Path) -> None:
    table = write(tmp_path, [row(0)])

    with pytest.raises(IndexError):
        table[1]
    with pytest.raises(IndexError):
        table.start(-2)


def test_an_empty_table_has_no_place(tmp_path: Path) -> None:
    table = write(tmp_path, [])

    assert list(table) == []
    assert table.index_of("") is None
    with pytest.raises(IndexError):
        table.index_at(0)


@pytest.mark.parametrize("name", ["documents", "strings", "marks", "names"])
@pytest.mark.parametrize("by", [1, 8, 10_000])
def test_damaged_tables_are_told_in_one_sentence(tmp_path: Path, name: str, by: int) -> None:
    rows = [row(number)._replace(page_starts=(0, 5), marks=((0, "p. 1", "page"),)) for number in range(10)]
    write(tmp_path, rows).close()
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: max(len(content) - by, 0)])

    with pytest.raises(BlobBroken, match=r"^[^\n]*\.$"):
        DocumentTable.open(tmp_path)


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    write(tmp_path, []).close()
    (tmp_path / "names").unlink()

    with pytest.raises(BlobBroken, match="names"):
        DocumentTable.open(tmp_path)
