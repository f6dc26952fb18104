"""Tokens of a version are counted in a process of its own, each text once."""

import asyncio
import sqlite3
from contextlib import closing

import psutil
import pytest

from rlm_desktop.corpus.counting import counter
from rlm_desktop.corpus.counting.counter import count_tokens
from rlm_desktop.corpus.counting.kept import counted_tokens
from rlm_desktop.corpus.counting.vocabularies import load_vocabulary
from rlm_desktop.corpus.errors import VocabularyMissing
from rlm_desktop.corpus.store.catalogue import FILE_NAME
from rlm_desktop.corpus.store.store import Store
from tests.support.converting import PlainConverters

VOCABULARY = "o200k_base"


@pytest.fixture
async def store(tmp_path):
    store = Store.open(tmp_path / "store", PlainConverters)
    yield store
    await store.close()


def write(folder, **texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def kept_counts(store):
    with closing(sqlite3.connect(store.folder / FILE_NAME)) as connection:
        return dict(connection.execute("SELECT hex(digest), tokens FROM token_counts"))


async def test_a_version_has_the_tokens_of_its_documents(store, tmp_path):
    text = "The harbour raised its dues, 港湾局。\n" * 500
    corpus = await store.ingest([write(tmp_path / "docs", a=text)])

    tokens = await count_tokens(store.folder, corpus.folder, VOCABULARY)

    assert tokens == load_vocabulary(VOCABULARY)(text)
    assert counted_tokens(corpus.folder, VOCABULARY) == tokens
    assert counted_tokens(corpus.folder, "cl100k_base") is None


async def test_the_lines_between_documents_count_too(store, tmp_path):
    corpus = await store.ingest([write(tmp_path / "docs", a="one", b="two")])

    tokens = await count_tokens(store.folder, corpus.folder, VOCABULARY)

    assert tokens == pytest.approx(load_vocabulary(VOCABULARY)(corpus.text), abs=6)


async def test_each_text_is_counted_once_whatever_version_it_is_in(store, tmp_path):
    first = await store.ingest([write(tmp_path / "docs", a="The dues rose.", b="They fell.")])
    await count_tokens(store.folder, first.folder, VOCABULARY)
    before = kept_counts(store)

    second = await store.ingest([write(tmp_path / "docs", c="They rose again.")])
    await count_tokens(store.folder, second.folder, VOCABULARY)

    assert len(before) == 2
    assert before.items() <= kept_counts(store).items()
    assert len(kept_counts(store)) == 3


async def test_what_was_counted_is_known_without_a_process(store, tmp_path, monkeypatch):
    corpus = await store.ingest([write(tmp_path / "docs", a="The dues rose.")])
    tokens = await count_tokens(store.folder, corpus.folder, VOCABULARY)
    monkeypatch.setattr(counter, "_command", lambda *_: ["/no/such/program"])

    assert await count_tokens(store.folder, corpus.folder, VOCABULARY) == tokens


async def test_cancelling_leaves_no_process(store, tmp_path):
    corpus = await store.ingest([write(tmp_path / "docs", a="The dues rose. " * 3_000_000)])
    counting = asyncio.create_task(count_tokens(store.folder, corpus.folder, VOCABULARY))
    async with asyncio.timeout(20):
        while not (children := psutil.Process().children()):  # noqa: ASYNC110 -- nothing tells of its birth
            await asyncio.sleep(0.01)

    counting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await counting

    assert not any(child.is_running() for child in children)
    assert counted_tokens(corpus.folder, VOCABULARY) is None


async def test_what_cannot_be_counted_is_said_in_a_sentence(store, tmp_path):
    corpus = await store.ingest([write(tmp_path / "docs", a="The dues rose.")])

    with pytest.raises(VocabularyMissing, match="could not be counted"):
        await count_tokens(store.folder, corpus.folder, "no_such_vocabulary")
