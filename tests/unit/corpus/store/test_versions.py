import os
import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest

from rlm_desktop.corpus.conversion import Extract, PackedText
from rlm_desktop.corpus.converting.packing import digest_of
from rlm_desktop.corpus.errors import StoreFull, VersionGone
from tests.support.converting import PlainConverters
from tests.support.store_desk import Desk


async def test_a_version_shows_the_old_text_when_the_files_have_changed(desk: Desk):
    desk.write("a.txt", "as it was")
    old = await desk.ingest()
    desk.write("a.txt", "as it is now")
    await desk.ingest()

    corpus = desk.store.open_version(old.digest)

    assert corpus.text == "as it was"
    assert corpus.documents[0].name == "a.txt"


@pytest.mark.parametrize("part", ["text", "counts", "documents", "strings", "marks", "names", "meta.json"])
@pytest.mark.parametrize("how", ["missing", "cut", "longer"])
async def test_a_damaged_version_is_made_anew(desk: Desk, part: str, how: str):
    for number in range(3):
        desk.write(f"{number}.md", f"# Title {number}\n\nText ü {number}")
    corpus = await desk.ingest()
    text, facts = corpus.text, list(corpus.facts())
    corpus.close()
    path = corpus.folder / part
    match how:
        case "missing":
            path.unlink()
        case "cut":
            os.truncate(path, path.stat().st_size // 2)
        case "longer":
            path.write_bytes(path.read_bytes() + b"12345678")

    again = desk.store.open_version(corpus.digest)

    assert (again.text, list(again.facts())) == (text, facts)
    assert again.documents[2].text == "# Title 2\n\nText ü 2"


async def test_a_text_that_is_another_is_found_out_and_its_file_read_again(desk: Desk):
    desk.write("a.txt", "the text")
    desk.write("b.txt", "another")
    corpus = await desk.ingest(enough=None)
    shutil.rmtree(corpus.folder)
    with desk.store._catalogue.writing() as connection:
        connection.execute("UPDATE texts SET is_checked = 0")
    (pack,) = (desk.folder / "packs").glob("*/*.pack")
    pack.write_bytes(pack.read_bytes().replace(b"the text", b"THE TEXT"))

    again = await desk.ingest()

    assert again.digest == corpus.digest
    assert [document.text for document in again.documents] == ["the text", "another"]
    assert desk.converted == ["a.txt", "b.txt", "a.txt"]


async def test_a_lost_pack_is_made_anew_from_the_files(desk: Desk):
    desk.write("a.txt", "the text")
    corpus = await desk.ingest()
    await desk.store.close()
    shutil.rmtree(corpus.folder)
    shutil.rmtree(desk.folder / "packs")
    desk.store = desk.open()

    again = await desk.ingest()

    assert (again.digest, again.text) == (corpus.digest, "the text")


@pytest.mark.parametrize("digest", ["", "0" * 32, "../../etc", "x"])
async def test_a_version_that_is_not_there_is_refused_in_a_sentence(desk: Desk, digest: str):
    with pytest.raises(VersionGone, match="not kept any more; ask anew"):
        desk.store.open_version(digest)


async def test_a_version_whose_manifest_was_altered_is_refused(desk: Desk):
    desk.write("a.txt", "one")
    first = await desk.ingest()
    desk.write("a.txt", "two")
    second = await desk.ingest()
    shutil.copyfile(second.folder / "manifest", first.folder / "manifest")
    (first.folder / "meta.json").unlink()

    with pytest.raises(VersionGone):
        desk.store.open_version(first.digest)


async def test_no_room_for_a_version_is_said_before_anything_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    desk.write("a.txt", "one " * 1000)
    usage = shutil.disk_usage(desk.folder)._replace(free=100)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage)
        with pytest.raises(StoreFull, match=f"There is no room in {desk.folder}: about .*4.* are needed"):
            await desk.ingest()
    assert list((desk.folder / "versions").iterdir()) == []

    corpus = await desk.ingest()

    assert corpus.text.startswith("one one")
    assert desk.converted == ["a.txt"]


async def test_all_texts_of_a_lost_pack_are_read_again_at_once(desk: Desk):
    for number in range(20):
        desk.write(f"{number}.txt", f"text {number}")
    corpus = await desk.ingest()
    shutil.rmtree(corpus.folder)
    (pack,) = (desk.folder / "packs").glob("*/*.pack")
    os.truncate(pack, 30)

    again = await desk.ingest()

    assert again.digest == corpus.digest
    assert [document.text for document in again.documents] == [f"text {number}" for number in range(20)]
    assert len(desk.converted) == 20 + 15


async def test_a_damaged_pack_is_never_taken_for_the_text_of_an_old_version(desk: Desk):
    desk.write("a.txt", "the text")
    corpus = await desk.ingest()
    (corpus.folder / "text").unlink()
    (pack,) = (desk.folder / "packs").glob("*/*.pack")
    pack.write_bytes(b"THE TEXT")

    with pytest.raises(VersionGone):
        desk.store.open_version(corpus.digest)


def altering(change: Callable[[PlainConverters, Extract], Extract]) -> type[PlainConverters]:
    """Make converters that tell something else of `a.txt`."""

    class Altering(PlainConverters):
        def _extract(self, document, file):
            extract = super()._extract(document, file)
            return change(self, extract) if file.name == "a.txt" else extract

    return Altering


def odd_text(converters: PlainConverters, extract: Extract) -> Extract:
    """Write a text that is no UTF-8."""
    odd = b"\xff\xfe text"
    (converters.spool / "odd.pack").write_bytes(odd)
    text = PackedText(pack="odd.pack", start=0, size_bytes=len(odd))
    return replace(extract, text=text, text_digest=digest_of(odd))


@pytest.mark.parametrize(
    "change",
    [
        lambda _, extract: replace(extract, text_digest="0" * 32),
        lambda _, extract: replace(extract, characters=3),
        lambda _, extract: replace(extract, characters=300),
        lambda _, extract: replace(extract, text=replace(extract.text, start=10**9)),
        lambda _, extract: replace(extract, text=replace(extract.text, pack="none.pack")),
        odd_text,
    ],
    ids=["digest", "fewer characters", "more characters", "behind the pack", "no such pack", "no UTF-8"],
)
async def test_a_converter_that_lies_about_a_text_stops_no_other(
    desk: Desk, change: Callable[[PlainConverters, Extract], Extract]
):
    desk.write("a.txt", "the text")
    desk.write("b.txt", "another")
    desk.make_converting = altering(change)

    corpus = await desk.ingest()

    assert [document.name for document in corpus.documents] == ["b.txt"]
    assert desk.states() == {"a.txt": "failed", "b.txt": "ready"}
    assert corpus.skipped[0].reason.endswith("it is damaged, or made to do harm")


async def test_a_version_laid_out_by_another_release_is_made_anew(desk: Desk):
    desk.write("a.txt", "one")
    corpus = await desk.ingest()
    meta = corpus.folder / "meta.json"
    meta.write_text(meta.read_text().replace('"format": 1', '"format": 0'))

    again = desk.store.open_version(corpus.digest)

    assert again.text == "one"
    assert '"format": 1' in meta.read_text()
