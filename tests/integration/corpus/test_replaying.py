"""What a run quoted is shown as the run saw it, whatever became of the file."""

import shutil
from pathlib import Path

from rlm_desktop.app.documents import read_passage
from rlm_desktop.corpus.store.session import sessions_in
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.trace.facts import Quote

TEXT = "Minutes.\nThe dues were raised.\n"
QUOTE = Quote(text="The dues were raised.", match="exact", document="minutes.txt", start=9, end=30)


async def version_of(store: Store, file: Path) -> str:
    corpus = await store.ingest([file])
    digest = corpus.digest
    corpus.close()
    return digest


async def test_a_passage_is_the_one_of_the_run_after_the_file_has_changed(tmp_path):
    file = tmp_path / "minutes.txt"
    file.write_text(TEXT)
    store = Store.open(tmp_path / "store")
    first = await version_of(store, file)
    file.write_text("Nothing of it was ever decided by anybody.\n")
    second = await version_of(store, file)

    passage = read_passage(store.folder, first, QUOTE)

    await store.close()
    assert second != first
    assert passage.text[passage.start : passage.end] == "The dues were raised."
    assert passage.text == TEXT
    assert not passage.problem
    assert sessions_in(store.folder) == []


async def test_a_version_whose_text_was_cleared_away_is_put_together_again(tmp_path):
    file = tmp_path / "minutes.txt"
    file.write_text(TEXT)
    store = Store.open(tmp_path / "store")
    version = await version_of(store, file)
    await store.close()
    (store.folder / "versions" / version / "text").unlink()

    assert read_passage(store.folder, version, QUOTE).text == TEXT


async def test_a_version_that_is_gone_says_so(tmp_path):
    file = tmp_path / "minutes.txt"
    file.write_text(TEXT)
    store = Store.open(tmp_path / "store")
    version = await version_of(store, file)
    await store.close()
    shutil.rmtree(store.folder / "versions")

    assert "are not kept any more" in read_passage(store.folder, version, QUOTE).problem
