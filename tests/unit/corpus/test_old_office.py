"""Old Office files: told apart by the streams they hold, and why one cannot be read."""

import struct

import pytest

from rlm_desktop.corpus.compound import is_locked_workbook, outer_streams
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.package import PASSWORD
from rlm_desktop.corpus.reading import convert
from tests.support.ole import compound


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


@pytest.mark.parametrize("name", ["minutes.doc", "minutes.docx", "minutes"])
def test_a_word_document_with_a_sheet_in_it_is_no_workbook_whatever_its_name(name: str):
    data = compound({"WordDocument": b"", "ObjectPool/Workbook": b""})

    with pytest.raises(Unreadable, match="old Word documents"):
        convert(name, data)


def test_only_streams_in_no_folder_are_the_files_own():
    assert outer_streams(compound({"Workbook": b"", "MBD1/WordDocument": b""})) == {"Workbook"}


def test_a_workbook_under_a_password_says_so():
    data = compound({"Workbook": record(0x809, bytes(16)) + record(0x2F, bytes(6)) + bytes(range(256))})

    with pytest.raises(Unreadable) as refusal:
        convert("dues.xls", data)

    assert str(refusal.value) == PASSWORD


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_what_is_no_old_workbook_is_not_locked(data: bytes):
    assert not is_locked_workbook(data)
