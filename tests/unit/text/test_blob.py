"""One text on disk against the `str` it was made of."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.text.blob import BLOCK, Blob
from rlm_desktop.text.blob_writer import BlobWriter
from rlm_desktop.text.errors import BlobBroken, ContextTooLarge

SAMPLES = {
    "empty": "",
    "ascii": "one line\nanother\n" * 1000,
    "chinese": "數月來，一場風波。\n" * 700,
    "arabic": "الكتاب على الطاولة\n" * 500,
    "emoji": "a😀b👩‍👩‍👧\n" * 900,
    "combining": "e\u0301a\u0308\n" * 1500,
    "mostly ascii": "plain words here\n" * 600 + "é" + "more plain words\n" * 600,
    "one block": "x" * BLOCK,
    "a block and a piece of a character": "x" * (BLOCK - 1) + "😀" + "y" * BLOCK,
}


def write(folder: Path, text: str, piece: int = 1 << 20) -> Blob:
    utf8 = text.encode()
    with BlobWriter(folder) as writer:
        for start in range(0, len(utf8), piece):
            writer.write(utf8[start : start + piece])
        writer.finish()
    return Blob.open(folder)


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_a_blob_knows_what_its_text_knows(tmp_path: Path, text: str) -> None:
    blob = write(tmp_path, text, piece=1001)

    assert blob.characters == len(text)
    assert blob.size_bytes == len(text.encode())
    assert blob.newlines == text.count("\n")
    assert blob.is_ascii == text.isascii()
    assert blob.slice(0, len(text) + 5) == text
    assert bytes(blob.view) == text.encode()


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_offsets_agree_at_the_borders_of_blocks(tmp_path: Path, text: str) -> None:
    blob = write(tmp_path, text)
    utf8 = text.encode()

    for border in range(0, len(utf8) + 1, BLOCK):
        near = len(utf8[:border].decode(errors="ignore"))
        for offset in range(max(near - 2, 0), min(near + 3, len(text)) + 1):
            byte = len(text[:offset].encode())
            assert blob.byte_at(offset) == byte
            assert blob.character_at(byte) == offset
            assert blob.newlines_before(offset) == text.count("\n", 0, offset)
            assert blob.slice(offset, offset + 3) == text[offset : offset + 3]


@settings(max_examples=60, deadline=None)
@given(
    unit=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    times=st.integers(0, 800),
    places=st.lists(st.integers(0, 33_000), min_size=2, max_size=12),
)
def test_a_blob_agrees_with_a_str(tmp_path_factory: pytest.TempPathFactory, unit: str, times: int, places) -> None:
    text = unit * times
    blob = write(tmp_path_factory.mktemp("blob"), text, piece=777)

    for start, end in pairwise(places):
        offset = min(start, len(text))
        assert blob.slice(start, end) == text[start:end]
        assert blob.byte_at(start) == len(text[:start].encode())
        assert blob.character_at(blob.byte_at(start)) == offset
        assert blob.newlines_before(start) == text.count("\n", 0, start)
    blob.close()


def test_the_writer_counts_as_it_goes(tmp_path: Path) -> None:
    with BlobWriter(tmp_path) as writer:
        writer.write("né\n".encode())

        assert (writer.characters, writer.size_bytes, writer.newlines) == (3, 4, 1)


def test_what_is_not_utf8_is_refused(tmp_path: Path) -> None:
    with BlobWriter(tmp_path) as writer, pytest.raises(UnicodeDecodeError):
        writer.write(b"abc\xff")


def test_a_character_cut_at_the_end_is_refused(tmp_path: Path) -> None:
    with BlobWriter(tmp_path) as writer:
        writer.write("é".encode()[:1])

        with pytest.raises(UnicodeDecodeError):
            writer.finish()


def test_an_unfinished_text_is_no_text(tmp_path: Path) -> None:
    with BlobWriter(tmp_path) as writer:
        writer.write(b"abc")

    with pytest.raises(BlobBroken, match="no finished text"):
        Blob.open(tmp_path)


def test_writing_anew_takes_back_the_old_text_first(tmp_path: Path) -> None:
    write(tmp_path, "old").close()

    BlobWriter(tmp_path).close()

    with pytest.raises(BlobBroken):
        Blob.open(tmp_path)


def _cut(name: str, by: int):
    def damage(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) - by])

    return damage


def _describe(**changes: object):
    def damage(folder: Path) -> None:
        facts = json.loads((folder / "meta.json").read_text())
        (folder / "meta.json").write_text(json.dumps({**facts, **changes}))

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        _cut("text", 1),
        _cut("text", 30_000),
        _cut("counts", 1),
        _cut("counts", 16),
        _cut("meta.json", 1),
        _describe(format=99),
        _describe(format="1"),
        _describe(characters=12),
        _describe(newlines=None),
        lambda folder: (folder / "text").unlink(),
        lambda folder: (folder / "counts").unlink(),
        lambda folder: (folder / "meta.json").write_text("[]"),
        lambda folder: (folder / "meta.json").write_bytes(b"\xff"),
    ],
)
def test_a_damaged_folder_is_told_in_one_sentence(tmp_path: Path, damage) -> None:
    write(tmp_path, "some words\n" * 3000).close()
    damage(tmp_path)

    with pytest.raises(BlobBroken) as caught:
        Blob.open(tmp_path)

    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["plain words\n" * 2000, "pläin words\n" * 2000])
def test_bytes_damaged_later_are_told_when_they_are_read(tmp_path: Path, text: str) -> None:
    write(tmp_path, text).close()
    with (tmp_path / "text").open("r+b") as file:
        file.seek(9000)
        file.write(b"\xff\xff\xff\xff")
    blob = Blob.open(tmp_path)

    with pytest.raises(BlobBroken, match="not UTF-8"):
        blob.slice(0, blob.characters)


def test_a_text_too_large_names_the_way_that_streams() -> None:
    error = ContextTooLarge("context.upper()", 3_000_000_000, 64_000_000, "take slices of it")

    assert str(error) == (
        "context.upper() would make 3,000,000,000 characters in memory, more than the 64,000,000 allowed; "
        "take slices of it."
    )
