"""Scans and images: their text is recognised where tesseract is installed, and the reason says so where it is not."""

import asyncio
import ctypes
import shutil
import struct
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw

from rlm_desktop.corpus.conversion import Conversion
from rlm_desktop.corpus.converting import labour, launching, recognising
from rlm_desktop.corpus.converting.patience import Patience
from rlm_desktop.corpus.converting.pool import Converters
from rlm_desktop.corpus.readers.recognition import HOW_TO

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
WORDS = "The harbour dues of Ardvik rose to 53 cents."


def picture(scale: float = 3.0) -> pypdfium2.PdfBitmap:
    """Draw the words as pixels."""
    with closing(pypdfium2.PdfDocument.new()) as pdf:
        page = pdf.new_page(400, 100)
        font = raw.FPDFText_LoadStandardFont(pdf, b"Helvetica")
        text = raw.FPDFPageObj_CreateTextObj(pdf, font, 14.0)
        letters = (WORDS + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(text, ctypes.cast(ctypes.c_char_p(letters), ctypes.POINTER(ctypes.c_ushort)))
        raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 30, 45)
        raw.FPDFPage_InsertObject(page, text)
        raw.FPDFPage_GenerateContent(page)
        return page.render(scale=scale)


def scan(path: Path, pages: int = 1) -> None:
    with closing(pypdfium2.PdfDocument.new()) as pdf:
        for _ in range(pages):
            page = pdf.new_page(400, 100)
            image = pypdfium2.PdfImage.new(pdf)
            image.set_bitmap(picture())
            image.set_matrix(pypdfium2.PdfMatrix().scale(400, 100))
            page.insert_obj(image)
            page.gen_content()
        pdf.save(path)


def bmp(path: Path) -> None:
    bitmap = picture()
    width, height, data = bitmap.width, bitmap.height, bytes(bitmap.buffer)
    stride = -(-width * 3 // 4) * 4
    rows = (data[at : at + width * 3].ljust(stride, b"\0") for at in range(0, bitmap.stride * height, bitmap.stride))
    body = b"".join(reversed(list(rows)))
    header = struct.pack("<2sIHHI", b"BM", 54 + len(body), 0, 0, 54)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(body), 2835, 2835, 0, 0)
    path.write_bytes(header + info + body)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "spool").mkdir()
    folder = tmp_path / "files"
    folder.mkdir()
    scan(folder / "scan.pdf")
    bmp(folder / "photo.bmp")
    return folder


async def converted(files: Path) -> dict[str, Conversion]:
    converters = Converters(files.parent / "spool", workers=1)
    found = (await converters.scan([files])).files
    return {one.file.name: one async for one in converters.convert(found, [files])}


@needs_tesseract
async def test_text_in_scans_and_images_is_recognised_and_said_to_be(files: Path):
    conversions = await converted(files)

    for name, lost in {"scan.pdf": ("1 recognised page",), "photo.bmp": ("1 recognised image",)}.items():
        (extract,) = conversions[name].extracts
        data = (files.parent / "spool" / extract.text.pack).read_bytes()
        assert WORDS in data[extract.text.start :][: extract.text.size_bytes].decode()
        assert extract.losses == lost
    assert [mark.label for mark in conversions["scan.pdf"].extracts[0].marks] == ["p. 1"]
    assert not list((files.parent / "spool").glob("*/*.picture"))


async def test_without_tesseract_the_reason_says_what_to_install(files: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(launching, "tesseract", lambda: None)

    conversions = await converted(files)
    reasons = {name: one.skipped[0].reason for name, one in conversions.items()}

    assert all(reason.endswith(HOW_TO) for reason in reasons.values())
    assert reasons["photo.bmp"].startswith("an image; ")


@needs_tesseract
@pytest.mark.skipif(not launching.can_confine(), reason="this kernel holds no program")
async def test_the_program_that_recognises_text_reads_nothing_but_its_own_files(files: Path):
    command = recognising.command_for("eng")
    words = files / "words.txt"
    words.write_text("x")
    command[command.index("stdin")] = str(files / "photo.bmp")

    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, said = await process.communicate()

    assert (out, process.returncode) != (b"", 0)
    assert WORDS.encode() not in out
    assert b"photo.bmp" in said


async def test_recognising_many_pages_does_not_use_up_the_time_of_a_file(files: Path, monkeypatch: pytest.MonkeyPatch):
    pages = iter(range(1, 100))

    async def slowly(picture: Path) -> str:
        assert picture.exists()  # noqa: ASYNC240 -- a small thing in a test
        await asyncio.sleep(0.4)
        return f"page {next(pages)}"

    for module in (launching, labour):
        monkeypatch.setattr(module, "tesseract", lambda: "/usr/bin/tesseract")
    monkeypatch.setattr(labour, "recognise", slowly)
    scan(files / "scan.pdf", pages=5)
    converters = Converters(files.parent / "spool", workers=1, patience=Patience(file_seconds=1.0))
    found = [file for file in (await converters.scan([files])).files if file.name == "scan.pdf"]

    (conversion,) = [one async for one in converters.convert(found, [files])]

    assert [one.losses for one in conversion.extracts] == [("5 recognised pages",)]
