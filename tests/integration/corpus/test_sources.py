"""Texts of a run are looked up in the very version of the documents that it saw."""

import shutil

import pytest

from rlm_desktop.app.documents import SourceLook
from rlm_desktop.corpus.store.session import sessions_in
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.storage.errors import MissingText
from rlm_desktop.trace.texts import reference_to
from rlm_desktop.viewmodel.source_texts import SourceText
from rlm_desktop.viewmodel.sources import Found, Wish

DUES = "The Board resolved at its March sitting to raise the dues on tonnage by eleven per cent."
STORM = "The western channel lost near two fathoms in a single night, as the pilots had foretold."


@pytest.fixture
async def seen(tmp_path):
    """The store's folder, and the version of two documents in it."""
    (tmp_path / "one.txt").write_text(f"First.\n{DUES}\n")
    (tmp_path / "two.txt").write_text(f"{STORM}\n{DUES}\n")
    store = Store.open(tmp_path / "store")
    corpus = await store.ingest([tmp_path / "one.txt", tmp_path / "two.txt"])
    version = corpus.digest
    corpus.close()
    await store.close()
    return store.folder, version


def look(seen, text: str, *, is_answer: bool = False, look_up=None) -> Found:
    folder, version = seen
    wanted = SourceText(title="Text", references=(reference_to(text),), is_answer=is_answer)
    return (look_up or SourceLook(folder))(Wish(version, (wanted,)), lambda _reference: text, lambda: True)


def test_pieces_are_found_with_all_their_places(seen):
    (group,) = look(seen, f"{STORM} Xx {DUES} xx").groups

    assert [(one.quote.document, one.quote.match, one.verdict) for one in group.pieces] == [
        ("two.txt", "exact", "exact"),
        ("one.txt", "several", "1 of 2 places"),
        ("two.txt", "several", "2 of 2 places"),
    ]
    assert group.covered >= len(STORM) + len(DUES)
    assert sessions_in(seen[0]) == []


async def test_of_very_many_places_some_are_told_and_that_there_are_more(tmp_path):
    for number in range(9):
        (tmp_path / f"{number}.txt").write_text(f"Report {number * 7}.\n{DUES}\nNumber {number}.")
    store = Store.open(tmp_path / "store")
    corpus = await store.ingest(sorted(tmp_path.glob("*.txt")))
    version = corpus.digest
    corpus.close()
    await store.close()

    (group,) = look((store.folder, version), f"{DUES}").groups

    assert {one.quote.match for one in group.pieces} == {"several"}
    assert group.pieces[0].verdict.endswith("+ places")


def test_quotes_of_an_answer_are_looked_up_too_and_told_once(seen):
    (group,) = look(seen, f"It says “{STORM}” and “the dues fell by nine per cent”.", is_answer=True).groups

    assert [(one.verdict, one.quote.match) for one in group.pieces] == [
        ("quoted, exact", "exact"),
        ("quoted, not found", "none"),
    ]


def test_the_index_of_a_version_is_made_once(seen, monkeypatch):
    look_up = SourceLook(seen[0])
    assert look(seen, STORM, look_up=look_up).groups[0].covered

    monkeypatch.setattr("rlm_desktop.app.sources.BlockIndex", None)

    assert look(seen, DUES, look_up=look_up).groups[0].covered


def test_a_text_that_is_gone_says_so_and_the_others_are_told(seen):
    folder, version = seen
    texts = tuple(SourceText(title=name, references=(reference_to(name),)) for name in ("gone", STORM))

    def load(reference):
        if reference == texts[0].references[0]:
            raise MissingText("This text is not kept.")
        return STORM

    first, second = SourceLook(folder)(Wish(version, texts), load, lambda: True).groups

    assert (first.problem, first.pieces) == ("This text is not kept.", ())
    assert second.covered >= len(STORM)


def test_a_version_that_is_gone_says_so(seen):
    shutil.rmtree(seen[0] / "versions")

    assert "are not kept any more" in look(seen, STORM).problem


def test_a_large_version_without_its_index_says_so(seen, monkeypatch):
    monkeypatch.setattr("rlm_desktop.corpus.store.replaying.IN_MEMORY_BYTES", 10)

    assert "too large to be looked through without their index" in look(seen, STORM).problem
