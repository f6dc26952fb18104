import pytest

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, counted
from rlm_desktop.corpus.readers.package import DAMAGED
from rlm_desktop.corpus.readers.sheet_extents import TOO_WIDE
from rlm_desktop.corpus.reading import convert
from tests.support.packages import cell, odf, xlsx, zipped

ODS_CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'


def read(name: str, data: bytes) -> Converted:
    return convert(name, data)[1]


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def test_cells_keep_their_values_and_rows_their_numbers():
    rows = row(2, cell("B2", "Harbour"), cell("C2", "Cents\na ton")) + row(
        3, cell("B3", "Ardvik"), '<c r="C3"><v>53</v></c>'
    )
    rows += row(9, '<c r="B9"><v>0.25</v></c>', '<c r="C9" t="b"><v>1</v></c>')

    made = read("a.xlsx", xlsx({"Dues": rows, "More": row(1, cell("A1", "x"))}))

    assert made.text == ("## Sheet Dues\n\nHarbour\tCents a ton\nArdvik\t53\n0.25\tTRUE\n\n## Sheet More\n\nx")
    assert [mark.label for mark in made.marks] == [
        "sheet Dues", "sheet Dues, rows 2-3", "sheet Dues, row 9", "sheet More", "sheet More, row 1",
    ]  # fmt: skip


def test_a_long_sheet_is_marked_every_hundred_rows():
    made = read("a.xlsx", xlsx({"L": "".join(row(n, cell(f"A{n}", f"r{n}")) for n in range(1, 251))}))

    assert [mark.label for mark in made.marks[1:]] == [
        "sheet L, rows 1-100",
        "sheet L, rows 101-200",
        "sheet L, rows 201-250",
    ]
    assert made.text[made.marks[2].start :].startswith("r101\n")


def test_an_opendocument_sheet_is_read_with_what_it_repeats():
    rows = f'<table:table-row table:number-rows-repeated="3">{ODS_CELL}</table:table-row>'

    made = read("a.ods", odf("spreadsheet", f'<table:table table:name="T">{rows}</table:table>'))

    assert made.text == "## Sheet T\n\nx\nx\nx"


def test_an_indented_opendocument_sheet_is_read_too():
    rows = f"\n  <table:table-row>\n  {ODS_CELL}\n {ODS_CELL}</table:table-row>"

    made = read("a.ods", odf("spreadsheet", f'<table:table table:name="T">{rows}</table:table>'))

    assert made.text == "## Sheet T\n\nx | x"
    assert [mark.label for mark in made.marks] == ["sheet T"]


def test_two_cells_in_opposite_corners_are_refused_before_memory_is_asked_for():
    rows = row(1, cell("A1", "x")) + row(1_048_576, cell("XFD1048576", "y"))

    with pytest.raises(Unreadable) as refusal:
        read("a.xlsx", xlsx({"Wide": rows}))

    assert str(refusal.value) == TOO_WIDE


def test_cells_that_hold_errors_are_counted_as_lost():
    errors = [f'<c r="{column}1" t="e"><v>#N/A</v></c>' for column in "BCD"]

    made = read("a.xlsx", xlsx({"Dues": row(1, cell("A1", "Harbour"), *errors)}))

    assert counted(made.lost) == ("3 error values",)


def test_a_binary_sheet_spread_too_wide_is_refused():
    header = b"\x00\x04" + (1_048_575).to_bytes(4, "little")
    far_cell = b"\x01\x08" + (16_383).to_bytes(4, "little") + bytes(4)

    with pytest.raises(Unreadable) as refusal:
        read("a.xlsb", zipped({"xl/workbook.bin": b"", "xl/worksheets/sheet1.bin": header + far_cell}))

    assert str(refusal.value) == TOO_WIDE


def test_opendocument_rows_repeated_without_end_are_refused():
    wide = f'{ODS_CELL}<table:table-cell table:number-columns-repeated="16000"/>{ODS_CELL}'
    rows = f'<table:table-row table:number-rows-repeated="1000000">{wide}</table:table-row>'

    with pytest.raises(Unreadable) as refusal:
        read("a.ods", odf("spreadsheet", f'<table:table table:name="T">{rows}</table:table>'))

    assert str(refusal.value) == TOO_WIDE


@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), zipped({"xl/workbook.xml": "<x"})])
def test_a_damaged_workbook_is_refused(data: bytes):
    with pytest.raises(Unreadable) as refusal:
        read("a.xls", data)

    assert str(refusal.value) == DAMAGED


def test_a_table_under_an_excel_name_that_is_html_is_read_as_such():
    kind, made = convert("a.xls", b"<html><table><tr><td>a<td>b</table>")

    assert (kind, made.text) == ("html", "a | b")
