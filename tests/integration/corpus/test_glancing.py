"""A stretch of any document can be looked at by the path that an ingest told, also inside archives and messages."""

import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.corpus.store.store import Store

NOTE = "The dues of Ardvik rose, 港湾局 said.\n" * 40


@pytest.fixture
async def store(tmp_path: Path):
    store = Store.open(tmp_path / "store")
    yield store
    await store.close()


async def seen_in(store: Store, folder: Path) -> dict[str, FileSeen]:
    told: dict[str, FileSeen] = {}

    def tell(seen) -> None:
        if isinstance(seen, FileSeen) and seen.state == "ready" and seen.characters:
            told[seen.name] = seen

    await store.ingest([folder], tell=tell)
    return told


async def test_a_document_in_an_archive_in_an_archive_is_found_by_its_path(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as inner:
        inner.writestr("deep/note.txt", NOTE)
    with zipfile.ZipFile(folder / "outer.zip", "w") as outer:
        outer.write(tmp_path / "inner.zip", "letters/inner.zip")
        outer.writestr("plain.txt", "Nothing else.")

    told = await seen_in(store, folder)
    seen = next(one for name, one in told.items() if name.endswith("note.txt"))
    glance = store.glance(seen.path, 10, 20)

    assert glance is not None
    assert (glance.text, glance.facts.characters) == (NOTE[10:30], len(NOTE))


async def test_every_document_that_was_told_can_be_looked_at(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    (folder / "in.zip").mkdir(parents=True)
    (folder / "in.zip" / "a.txt").write_text("In a folder that is called like an archive.")
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.c", "Dues"
    message.set_content("They rose.")
    message.add_attachment(NOTE, filename="note.txt")
    (folder / "mail.eml").write_bytes(message.as_bytes())

    told = await seen_in(store, folder)

    assert len(told) >= 2
    for seen in told.values():
        glance = store.glance(seen.path, 0, 1_000_000)
        assert glance is not None, seen.path
        assert len(glance.text) == seen.characters


async def test_what_was_never_read_is_not_found(store: Store, tmp_path: Path) -> None:
    assert store.glance(str(tmp_path / "nothing.txt"), 0, 10) is None
    assert store.glance("", 0, 10) is None
