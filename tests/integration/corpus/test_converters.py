"""Converting in worker processes: what comes out, and what happens when one hangs, crashes or eats all memory."""

import asyncio
import hashlib
import os
from pathlib import Path

import psutil
import pytest

from rlm_desktop.corpus.conversion import Conversion, Extract
from rlm_desktop.corpus.converting.patience import Patience
from rlm_desktop.corpus.converting.pool import Converters
from rlm_desktop.corpus.gathering import FoundFile
from rlm_desktop.corpus.identity import inode_of


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


async def converted(converters: Converters, *paths: Path) -> dict[str, Conversion]:
    found = (await converters.scan(paths)).files
    return {one.file.name: one async for one in converters.convert(found, paths)}


def text_of(spool: Path, extract: Extract) -> str:
    data = (spool / extract.text.pack).read_bytes()[extract.text.start :][: extract.text.size_bytes]
    assert hashlib.blake2b(data, digest_size=16).hexdigest() == extract.text_digest
    text = data.decode()
    assert (len(text), text.count("\n")) == (extract.characters, extract.newlines)
    return text


def reasons(conversions: dict[str, Conversion]) -> dict[str, str]:
    return {name: one.skipped[0].reason for name, one in conversions.items() if one.skipped}


async def test_texts_lie_in_packs_with_what_is_known_of_them(spool: Path, files: Path):
    texts = {"a.txt": "plain\nwords", "b.md": "# Größe 大きさ 🙂\n", "c.txt": "old\r\nMac\rand \x0cform\n"}
    for name, text in texts.items():
        (files / name).write_bytes(text.encode())
    (files / "d.html").write_text("<p>a page<p>of paragraphs")
    (files / "e.txt").write_bytes("Gebühren für schöne Häfen".encode("cp1252"))

    conversions = await converted(Converters(spool), files)

    got = {name: text_of(spool, one.extracts[0]) for name, one in conversions.items()}
    assert got == {
        "a.txt": "plain\nwords",
        "b.md": "# Größe 大きさ 🙂\n",
        "c.txt": "old\nMac\nand \nform\n",
        "d.html": "a page\n\nof paragraphs",
        "e.txt": "Gebühren für schöne Häfen",
    }
    info = (files / "b.md").stat()
    of_b = conversions["b.md"]
    assert (of_b.mtime_ns, of_b.inode, of_b.size_bytes) == (info.st_mtime_ns, inode_of(info), info.st_size)
    assert of_b.extracts[0].source_digest == hashlib.blake2b(texts["b.md"].encode(), digest_size=16).hexdigest()


async def test_a_thousand_small_files_all_come_through(spool: Path, files: Path):
    for number in range(1000):
        (files / f"{number}.txt").write_text(f"number {number}\n" * (number % 7 + 1))

    conversions = await converted(Converters(spool, workers=2), files)

    assert {name: text_of(spool, one.extracts[0]).split("\n")[0] for name, one in conversions.items()} == {
        f"{number}.txt": f"number {number}" for number in range(1000)
    }


async def test_names_that_are_no_utf8_are_read(spool: Path, files: Path):
    (files / os.fsdecode(b"caf\xe9.txt")).write_text("coffee")

    (conversion,) = (await converted(Converters(spool), files)).values()

    assert os.fsencode(conversion.file.path).endswith(b"caf\xe9.txt")
    assert text_of(spool, conversion.extracts[0]) == "coffee"


async def test_what_is_removed_before_it_is_read_has_a_reason(spool: Path, files: Path):
    (files / "a.txt").write_text("stays")
    gone = FoundFile(path=str(files / "gone.txt"), name="gone.txt", size_bytes=5)
    converters = Converters(spool)
    found = (await converters.scan([files])).files

    conversions = {one.file.name: one async for one in converters.convert([gone, *found], [files])}

    assert reasons(conversions) == {"gone.txt": "there is no such file or folder"}
    assert text_of(spool, conversions["a.txt"].extracts[0]) == "stays"


async def test_nothing_beside_the_roots_can_be_read(spool: Path, files: Path, tmp_path: Path):
    (files / "a.txt").write_text("inside")
    secret = tmp_path / "secret.txt"
    secret.write_text("outside")
    outside = FoundFile(path=str(secret), name="secret.txt", size_bytes=7)

    (conversion,) = [one async for one in Converters(spool).convert([outside], [files])]

    assert [one.reason for one in conversion.skipped] == ["no permission to read it"]


async def test_paths_are_named_as_people_name_them_on_this_computer(spool: Path, files: Path):
    (files / "a b.txt").write_text("words")

    found = (await Converters(spool).scan([Path((files / "a b.txt").as_uri())])).files

    assert [(file.path, file.name) for file in found] == [(str(files / "a b.txt"), "a b.txt")]


async def test_two_pools_share_a_spool_and_keep_out_of_each_others_way(spool: Path, files: Path):
    for number in range(40):
        (files / f"{number}.txt").write_text(f"number {number}")

    both = await asyncio.gather(*(converted(Converters(spool, workers=2), files) for _ in range(2)))

    for conversions in both:
        assert {text_of(spool, one.extracts[0]) for one in conversions.values()} == {f"number {n}" for n in range(40)}


async def test_a_spool_without_room_ends_the_work(spool: Path, files: Path):
    (files / "a.txt").write_text("x" * 100_000)
    converters = Converters(spool, patience=Patience(text_bytes=4_096))

    with pytest.raises(OSError, match="File too large"):
        await converted(converters, files)
    await converters.close()
    assert psutil.Process().children() == []


async def test_paths_that_cannot_be_opened_have_reasons_and_the_others_are_read(spool: Path, files: Path):
    (files / "a.txt").write_text("words")
    odd = [files / "a.txt" / "beneath", files / "gone", files / ("long" * 100), Path("nul\0l")]
    converters = Converters(spool, workers=1)

    gathered = await converters.scan([*odd, files])
    conversions = [one async for one in converters.convert(gathered.files, [*odd, files])]

    assert [text_of(spool, one.extracts[0]) for one in conversions] == ["words"]
    assert len(gathered.skipped) == len(odd)


async def test_all_of_the_computer_may_be_given_and_the_worker_still_starts(spool: Path, files: Path):
    (files / "a.txt").write_text("words")
    converters = Converters(spool, workers=1)
    found = (await converters.scan([files])).files

    (conversion,) = [one async for one in converters.convert(found, [Path("/")])]

    assert text_of(spool, conversion.extracts[0]) == "words"
